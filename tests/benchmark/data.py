"""What the benchmark works on: made here, the same on every run."""
import re
from pathlib import Path

COLUMNS = """  id bigint NOT NULL,
  parent_id bigint,
  email varchar(120) NOT NULL,
  name text NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'new',
  price numeric(12,2) NOT NULL DEFAULT 0,
  quantity integer NOT NULL DEFAULT 1,
  active boolean NOT NULL DEFAULT true,
  tags text[],
  payload jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz"""


def table(number):
    """A table of 12 columns with 4 constraints and 4 indexes beside those of its keys."""
    name = f"item_{number:05}"
    target = f"item_{max(number - 1, 0):05}"
    return f"""CREATE TABLE {name} (
{COLUMNS},
  CONSTRAINT {name}_pkey PRIMARY KEY (id),
  CONSTRAINT {name}_email_key UNIQUE (email),
  CONSTRAINT {name}_price_check CHECK (price >= 0),
  CONSTRAINT {name}_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES {target} (id) ON DELETE CASCADE
);
CREATE INDEX {name}_parent_id_idx ON {name} (parent_id);
CREATE INDEX {name}_status_idx ON {name} (status, created_at DESC);
CREATE INDEX {name}_lower_idx ON {name} (lower(email));
CREATE INDEX {name}_active_idx ON {name} (price) WHERE active;
"""


def schema(tables):
    """SQL of so many tables, in transactions of 50."""
    out = []
    for number in range(tables):
        if number % 50 == 0:
            out.append("BEGIN;\n")
        out.append(table(number))
        if number % 50 == 49 or number == tables - 1:
            out.append("COMMIT;\n")
    return "".join(out)


def as_written_by_people(document):
    """A snapshot as printed by the server, with the texts as a person would have written them."""
    document = document.replace("price >= (0)::numeric", "price >= 0")
    document = document.replace("lower((email)::text)", "lower(email)")
    return document.replace("'new'::character varying", "'new'")


def revision_id(number):
    return f"{number:012x}"


def up_sql(number):
    """One of many revisions: mostly columns and indexes, now and then a table."""
    at = f"history_{number // 10:04}"
    if number % 10 == 0:
        return (f"CREATE TABLE {at} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                "  name text NOT NULL,\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n"
                f"CREATE INDEX {at}_name_idx ON {at} (name);\n")
    return f"ALTER TABLE {at} ADD COLUMN column_{number % 10} integer;\n"


def down_sql(number):
    at = f"history_{number // 10:04}"
    return f"DROP TABLE {at};\n" if number % 10 == 0 else f"ALTER TABLE {at} DROP COLUMN column_{number % 10};\n"


def script(number):
    parent = revision_id(number - 1) if number else "none"
    return (f"-- migrate:revision {revision_id(number)}\n-- migrate:down_revision {parent}\n"
            f"-- migrate:message change number {number}\n-- migrate:created 2026-01-01T00:00:00Z\n\n"
            f"-- migrate:up\n{up_sql(number)}\n-- migrate:down\n{down_sql(number)}")


def write_scripts(folder, count):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name = f"20260101_000000_{revision_id(number)}_change_number_{number}.sql"
        (folder / name).write_text(script(number))
    (folder / "HEAD").write_text(revision_id(count - 1) + "\n")


def log_insert(number):
    """The row that the log gets for a revision, in the words of docs/reference/bookkeeping.md."""
    parents = f"'{{{revision_id(number - 1)}}}'" if number else "'{}'"
    text = script(number).replace("'", "''")
    digest = "0" * 64
    return ("INSERT INTO public.migrate_log (format, run, revision, parents, kind, step, steps, undone, last, state, "
            "started_at, ended_at, statements_done, statements_checksum, checksum, down_checksum, "
            "history_checksum, script, error, "
            "tool_version, application, os_user, host, role, tag) VALUES "
            f"(1, 'run', '{revision_id(number)}', {parents}, 'up', 1, 1, 0, true, 'done', clock_timestamp(), "
            f"clock_timestamp(), 1, '{digest}', '{digest}', '{digest}', '{digest}', '{text}', '', '0', 'psql', 'me', 'here', "
            "session_user, '');\n")


def history_for_psql(count, bookkeeping):
    """The same SQL in the same transactions, with the rows of the version table and the log. `bookkeeping` is the SQL
    that makes the two tables."""
    out = [bookkeeping]
    for number in range(count):
        version = (f"UPDATE public.migrate_version SET version_num = '{revision_id(number)}' "
                   f"WHERE version_num = '{revision_id(number - 1)}';\n" if number else
                   f"INSERT INTO public.migrate_version VALUES ('{revision_id(0)}');\n")
        out.append("BEGIN;\n" + up_sql(number) + log_insert(number) + version + "COMMIT;\n")
    return "".join(out)


def models_source(tables):
    """C++ models of so many tables with 12 columns, as a user would write them."""
    out = ["#include <migrate/model.hpp>\n\n#include <cstdint>\n#include <optional>\n#include <string>\n\n"]
    columns = ["id", "parent_id", "email", "name", "status", "price", "quantity", "active", "weight", "note",
               "created_at", "updated_at"]
    for number in range(tables):
        out.append(f"struct Item{number} {{\n  std::int64_t id;\n  std::optional<std::int64_t> parent_id;\n"
                   "  std::string email, name, status;\n  double price;\n  std::int32_t quantity;\n  bool active;\n"
                   "  std::optional<double> weight;\n  std::optional<std::string> note;\n"
                   "  migrate::timestamptz created_at;\n  std::optional<migrate::timestamptz> updated_at;\n};\n")
    out.append("\nMIGRATE_MODELS(m) {\n")
    for number in range(tables):
        item = f"Item{number}"
        out.append(f"  {{\n    auto t = m.table<{item}>(\"item_{number:05}\");\n")
        out.append("    t.columns<" + ", ".join(f"&{item}::{name}" for name in columns[:10]) + ">();\n")
        out.append(f"    t.column<&{item}::created_at>().default_sql(\"now()\");\n")
        out.append(f"    t.columns<&{item}::updated_at>();\n    t.primary_key<&{item}::id>();\n")
        out.append(f"    t.unique<&{item}::email>();\n    t.index().on<&{item}::status>();\n  }}\n")
    return "".join(out) + "}\n"


ALEMBIC_ENV = '''import sys

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from alembic import context

sys.setrecursionlimit(100000)  # each table refers to the one before it
metadata = sa.MetaData()
for number in range(int(context.config.get_main_option("tables"))):
    name = f"item_{number:05}"
    sa.Table(name, metadata,
        sa.Column("id", sa.BigInteger, nullable=False), sa.Column("parent_id", sa.BigInteger),
        sa.Column("email", sa.String(120), nullable=False), sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False, server_default="new"),
        sa.Column("price", sa.Numeric(12, 2), nullable=False, server_default="0"),
        sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("tags", pg.ARRAY(sa.Text)), sa.Column("payload", pg.JSONB),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=name + "_pkey"), sa.UniqueConstraint("email", name=name + "_email_key"),
        sa.CheckConstraint("price >= 0", name=name + "_price_check"),
        sa.ForeignKeyConstraint(["parent_id"], [f"item_{max(number - 1, 0):05}.id"], name=name + "_parent_id_fkey",
                                ondelete="CASCADE"),
        sa.Index(name + "_parent_id_idx", "parent_id"),
        sa.Index(name + "_status_idx", "status", sa.text("created_at DESC")),
        sa.Index(name + "_lower_idx", sa.text("lower(email)")),
        sa.Index(name + "_active_idx", "price", postgresql_where=sa.text("active")))

engine = sa.create_engine(context.config.get_main_option("url"))
with engine.connect() as connection:
    # It finds a difference in every index over an expression, and fails when it writes that.
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True,
                      include_object=lambda object, name, kind, reflected, compare_to:
                          not (kind == "index" and name.endswith(("_status_idx", "_lower_idx"))))
    with context.begin_transaction():
        context.run_migrations()
'''

ALEMBIC_TEMPLATE = '''"""${message}"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''


def alembic_revision(number):
    parent = repr(revision_id(number - 1)) if number else None
    statements = [each.strip() for each in re.split(r";\n", up_sql(number)) if each.strip()]
    body = "".join(f"    op.execute({each!r})\n" for each in statements)
    return (f"from alembic import op\n\nrevision = {revision_id(number)!r}\ndown_revision = {parent}\n"
            f"branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n{body}\n\ndef downgrade():\n    pass\n")
