"""Runs migrate and its peers on the same work, in turn, and prints medians, ratios and the bounds. See scripts/bench."""
import argparse
import json
import os
import pwd
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import data

PORT = "54329"


class Run:
    """What one process took: wall and CPU in seconds, its largest process in MiB."""

    def __init__(self, wall, cpu, memory, status):
        self.wall, self.cpu, self.memory, self.status = wall, cpu, memory, status


def measured(command, folder=None, expect=(0,), environment=None):
    log = tempfile.TemporaryFile()
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                               env={**os.environ, **(environment or {})})
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expect:
        log.seek(0)
        sys.exit(f"bench: {' '.join(map(str, command))} ended with status {process.returncode}:\n"
                 + log.read().decode(errors="replace")[-2000:])
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


def paired(rounds, ours, theirs):
    """A B A B …, after one of each that is not counted."""
    ours(), theirs()
    a, b = [], []
    for _ in range(rounds):
        a.append(ours())
        b.append(theirs())
    return a, b


class Server:
    """A PostgreSQL of our own: durable as any, but that nothing is flushed to disk."""

    def __init__(self, folder):
        self.folder, self.socket = Path(folder), str(folder)
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.bin = versions[-1] if versions else Path(shutil.which("postgres") or sys.exit("bench: no PostgreSQL")).parent
        self.user = None
        if os.getuid() == 0:
            self.user = next((name for name in ("postgres", "nobody") if self.exists(name)), None)
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        if not (self.folder / "data").exists():
            self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench", "--locale=C.UTF-8", "-E", "UTF8")
        settings = ("-c fsync=off -c shared_buffers=256MB -c max_locks_per_transaction=1024 -c listen_addresses= "
                    f"-c max_wal_size=4GB -c autovacuum=off -p {PORT} -k {self.socket}")
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-t", "120", "-l", self.folder / "log", "-o", settings, "start")

    @staticmethod
    def exists(name):
        try:
            pwd.getpwnam(name)
            return True
        except KeyError:
            return False

    def run(self, tool, *arguments):
        done = subprocess.run([self.bin / tool, *arguments], user=self.user, cwd="/", stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit(f"bench: {tool} failed: {done.stderr.decode(errors='replace')}")

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, database):
        return f"postgresql://bench@/{database}?host={self.socket}&port={PORT}"

    def psql(self, database, *arguments):
        return [self.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), *arguments]

    def sql(self, database, text):
        done = subprocess.run([*self.psql(database), "-t", "-A"], input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit("bench: " + done.stderr.decode(errors="replace")[-2000:])
        return done.stdout.decode().strip()

    def dump(self, database):
        return [self.bin / "pg_dump", "--schema-only", "-d", self.url(database)]

    def has(self, database):
        return self.sql("postgres", f"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == "1"

    def fresh(self, database):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database}")
        self.sql("postgres", f"CREATE DATABASE {database}")


class Bench:
    def __init__(self, options):
        self.options = options
        self.migrate = Path(options.bin).resolve()
        self.work = Path(options.data or tempfile.mkdtemp(prefix="migrate-bench-"))
        self.work.mkdir(parents=True, exist_ok=True)
        self.work.chmod(0o755)
        self.server = Server(self.work / "server")
        self.rows = []
        self.per_table = {}

    def close(self):
        self.server.stop()
        if not self.options.data:
            shutil.rmtree(self.work)

    # ---- what is measured

    def add(self, what, figure, bound, ok, detail):
        self.rows.append({"what": what, "figure": figure, "bound": bound, "reached": ok, "detail": detail})
        mark = "  " if ok else "✗ " if ok is not None else "· "
        print(f"{mark}{what:<58} {figure:>12} {bound:>10}  {detail}", flush=True)

    def ratio_row(self, what, runs, peer_name, peers, bound, slack=0.0):
        """A row whose figure is the median, over the pairs, of our time through the peer's."""
        times = bound * median(peers, "wall") + slack
        ratio = statistics.median(a.wall / b.wall for a, b in zip(runs, peers))
        cpu = median(runs, "cpu") / max(median(peers, "cpu"), 1e-6)
        ok = median(runs, "wall") <= times if slack else ratio <= bound
        self.add(what, f"{ratio:.2f} ×", f"≤ {bound:g} ×" + (f"+{slack * 1000:.0f}ms" if slack else ""), ok,
                 f"migrate {seconds(median(runs, 'wall'))}, {peer_name} {seconds(median(peers, 'wall'))}; own CPU "
                 f"{seconds(median(runs, 'cpu'))}, {cpu:.2f} ×; memory {median(runs, 'memory'):.0f} and "
                 f"{median(peers, 'memory'):.0f} MiB")

    def project(self, name, url, models=None, extra=""):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        text = f'[database]\nurl = "{url}"\n\n[migrations]\ndirectory = "migrations"\n'
        if models:
            text += "\n[models]\n" + models + "\n"
        text += f'\n[scratch]\nurl = "{self.server.url("postgres")}"\n' + extra
        (folder / "config.toml").write_text(text)
        return folder

    def schema_database(self, tables):
        name = f"tables_{tables}"
        if not self.server.has(name):
            note(f"making {tables:,} tables")
            self.server.fresh(name)
            self.server.sql(name, data.schema(tables))
            self.server.sql(name, "VACUUM ANALYZE")
        return name

    def history_project(self, count):
        folder = self.project(f"history_{count}", self.server.url("history"))
        data.write_scripts(folder / "migrations", count)
        return folder

    def alembic_history(self, count):
        return self.alembic_project(f"alembic_history_{count}", self.server.url("history_alembic"), 0, count)

    def alembic_project(self, name, url, tables, revisions):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "scripts" / "versions").mkdir(parents=True)
        (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = scripts\ntables = {tables}\nurl = "
                                            f"{url.replace('%', '%%')}\n")
        (folder / "scripts" / "env.py").write_text(data.ALEMBIC_ENV)
        (folder / "scripts" / "script.py.mako").write_text(data.ALEMBIC_TEMPLATE)
        for number in range(revisions):
            (folder / "scripts" / "versions" / f"{data.revision_id(number)}.py").write_text(data.alembic_revision(number))
        return folder

    def alembic(self, *arguments):
        return ["/usr/bin/python3", "-m", "alembic", *arguments]

    # ---- the rows

    def start(self):
        folder = self.history_project(1000)
        self.server.fresh("history")
        measured([self.migrate, "-q", "upgrade", "head"], folder)
        select = self.server.psql("history", "-c", "select 1")
        for command in (["upgrade", "head"], ["current"]):
            runs, peers = paired(self.options.rounds * 4, lambda: measured([self.migrate, *command], folder),
                                 lambda: measured(select))
            self.ratio_row(f"{' '.join(command)}, nothing to do, 1,000 scripts", runs, "psql -c 'select 1'", peers, 1.5)
        if self.options.alembic:
            self.server.fresh("history_alembic")
            other = self.alembic_history(1000)
            measured(self.alembic("upgrade", "head"), other)
            runs, peers = paired(self.options.rounds, lambda: measured([self.migrate, "upgrade", "head"], folder),
                                 lambda: measured(self.alembic("upgrade", "head"), other))
            self.peer_row("the same beside alembic upgrade head", runs, "alembic", peers)

    def peer_row(self, what, runs, peer_name, peers, bound=None):
        faster = statistics.median(b.wall / a.wall for a, b in zip(runs, peers))
        self.add(what, f"{faster:.0f} × less", f"≥ {bound} ×" if bound else "", faster >= bound if bound else None,
                 f"migrate {seconds(median(runs, 'wall'))}, {peer_name} {seconds(median(peers, 'wall'))}")

    def check_project(self, tables):
        name = self.schema_database(tables)
        folder = self.project(f"check_{tables}", self.server.url(name), 'snapshot = "schema.json"')
        printed = subprocess.run([self.migrate, "-q", "inspect", "--format", "json"], cwd=folder, check=True,
                                 stdout=subprocess.PIPE).stdout.decode()
        (folder / "schema.json").write_text(data.as_written_by_people(printed))
        return name, folder

    def check(self):
        for tables in self.options.tables:
            name, folder = self.check_project(tables)
            cold = measured([self.migrate, "check"], folder)
            check = lambda: measured([self.migrate, "check"], folder)
            dump = lambda: measured([*self.server.dump(name), "-f", "/dev/null"])
            bound = 0.4 if tables < 10000 else 0.25
            rounds = self.options.rounds if tables < 10000 else max(self.options.rounds // 2, 2)
            runs, peers = paired(rounds, check, dump)
            self.per_table[tables] = median(runs, "wall") / tables
            self.ratio_row(f"check, {tables:,} tables", runs, "pg_dump", peers, bound)
            if tables >= 10000:
                ours, theirs = median(runs, "memory"), median(peers, "memory")
                self.add(f"memory of check, {tables:,} tables", f"{ours / theirs:.2f} ×", "≤ 1 ×", ours <= theirs,
                         f"migrate {ours:.0f} MiB, pg_dump {theirs:.0f} MiB")
            self.add(f"check, {tables:,} tables, canonical forms built", seconds(cold.wall), "", None,
                     f"memory {cold.memory:.0f} MiB; once for a change of the models")
            if tables == 1000 and self.options.alembic:
                other = self.alembic_project("alembic_check", self.server.url(name), tables, 0)

                def compare():
                    for written in (other / "scripts" / "versions").glob("*.py"):
                        written.unlink()
                    return measured(self.alembic("revision", "--autogenerate", "-m", "x"), other)
                runs, peers = paired(2, check, compare)
                self.peer_row("check, 1,000 tables, beside alembic --autogenerate", runs, "alembic", peers, 80)

    def growth(self):
        known = sorted(self.per_table)
        if len(known) < 2:
            return
        for tables in known[1:]:
            ratio = self.per_table[tables] / self.per_table[known[0]]
            self.add(f"time per table at {tables:,} through that at {known[0]:,}", f"{ratio:.2f} ×", "≤ 1.3 ×", ratio <= 1.3,
                     f"{self.per_table[known[0]] * 1e6:.0f} and {self.per_table[tables] * 1e6:.0f} µs")

    def history(self):
        count = 1000
        folder = self.history_project(count)
        tables = self.server_tables(folder)
        script = self.work / "history.sql"
        script.write_text(data.history_for_psql(count, tables))

        def ours():
            self.server.fresh("history")
            return measured([self.migrate, "-q", "upgrade", "head"], folder)

        def theirs():
            self.server.fresh("history_psql")
            return measured(self.server.psql("history_psql", "-f", script))

        runs, peers = paired(self.options.rounds, ours, theirs)
        self.ratio_row("upgrade head, 1,000 revisions, empty database", runs, "psql", peers, 1.05)
        if self.options.alembic:
            other = self.alembic_history(count)

            def alembic():
                self.server.fresh("history_alembic")
                return measured(self.alembic("upgrade", "head"), other)
            runs, peers = paired(2, ours, alembic)
            self.peer_row("the same beside alembic upgrade head, one transaction", runs, "alembic", peers)

    def server_tables(self, folder):
        """The SQL of the version table and the log, as migrate makes them."""
        self.server.fresh("history")
        measured([self.migrate, "-q", "upgrade", "+1"], folder)
        dumped = subprocess.run([*self.server.dump("history"), "-t", "migrate_*"], check=True,
                                stdout=subprocess.PIPE).stdout.decode()
        return "\n".join(line for line in dumped.splitlines() if not re.match(r"\\|SET |SELECT |--", line)) + "\n"

    def files(self):
        count = 10000
        folder = self.history_project(count)
        names = sorted(str(path) for path in (folder / "migrations").glob("*.sql"))
        runs, peers = paired(self.options.rounds * 2, lambda: measured([self.migrate, "heads"], folder),
                             lambda: measured(["cat", *names]))
        self.ratio_row("load and validate 10,000 script files (heads)", runs, "cat", peers, 2, slack=0.05)

    def inspect(self):
        name = self.schema_database(10000)
        folder = self.project("inspect", self.server.url(name))
        runs, peers = paired(max(self.options.rounds // 2, 2),
                             lambda: measured([self.migrate, "inspect", "--format", "cpp", "-o", "models.cpp"], folder),
                             lambda: measured([*self.server.dump(name), "-f", "/dev/null"]))
        self.ratio_row("inspect --format cpp, 10,000 tables", runs, "pg_dump", peers, 0.4)

    def compile(self):
        folder = self.project("compile", self.server.url("postgres"),
                              'sources = ["models.cpp"]\ncompiler = "g++"\nflags = ["-std=c++20", "-O0"]')
        (folder / "models.cpp").write_text(data.models_source(200))
        command = [self.migrate, "models", "--format", "json"]
        cold = []
        for _ in range(3):
            shutil.rmtree(folder / ".migrate", ignore_errors=True)
            cold.append(measured(command, folder))
        wall, memory = median(cold, "wall"), median(cold, "memory")
        self.add("compile 200 tables × 12 columns, g++ -O0, cold", seconds(wall), "≤ 8 s", wall <= 8,
                 f"CPU {seconds(median(cold, 'cpu'))}")
        self.add("memory of that", f"{memory:.0f} MiB", "≤ 400 MiB", memory <= 400, "the largest process")
        snapshot = self.project("compiled", self.server.url("postgres"), 'snapshot = "schema.json"')
        with open(snapshot / "schema.json", "wb") as file:
            subprocess.run(command, cwd=folder, check=True, stdout=file)
        runs, peers = paired(self.options.rounds * 2, lambda: measured(command, folder), lambda: measured(command, snapshot))
        extra = statistics.median(a.wall - b.wall for a, b in zip(runs, peers))
        self.add("unchanged models, on top of a saved document", seconds(extra), "≤ 20 ms", extra <= 0.02,
                 f"{seconds(median(runs, 'wall'))} and {seconds(median(peers, 'wall'))}")

    def inner(self):
        program = self.options.inner
        if not program or not Path(program).exists():
            self.add("inner parts", "not built", "", None, "libbenchmark-dev is missing")
            return
        out = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=3",
                              "--benchmark_report_aggregates_only=true"], check=True, stdout=subprocess.PIPE).stdout
        bounds = {"diff/nothing": 0.2, "diff/everything": 1.0}
        for each in json.loads(out)["benchmarks"]:
            if each["aggregate_name"] != "median":
                continue
            unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[each["time_unit"]]
            bound = bounds.get(each["run_name"])
            took = each["cpu_time"] * unit
            self.add("in memory: " + each["run_name"], seconds(took), f"≤ {bound:g} s" if bound else "",
                     took <= bound if bound else None, "CPU time, Google Benchmark")


ROWS = ["start", "check", "growth", "history", "files", "inner", "compile", "inspect"]


def seconds(value):
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if abs(value) >= 0.0001 else f"{value * 1e6:.0f} µs"


def note(text):
    print(f"· {text}", file=sys.stderr, flush=True)


def said(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode().splitlines()[0]
    except (OSError, IndexError):
        return None


def machine(bench):
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    return {"cores": len(os.sched_getaffinity(0)), "processor": model.group(1) if model else "unknown",
            "load": [round(value, 2) for value in os.getloadavg()],
            "migrate": said([bench.migrate, "--version"]), "postgres": said([bench.server.bin / "postgres", "--version"]),
            "pg_dump": said([bench.server.bin / "pg_dump", "--version"]),
            "alembic": said(bench.alembic("--version")) if bench.options.alembic else "not installed",
            "compiler": said(["g++", "--version"])}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rows", default=",".join(ROWS), help="which of " + ", ".join(ROWS))
    parser.add_argument("--tables", default="1000,10000,30000", help="sizes for check and growth")
    parser.add_argument("--rounds", type=int, default=5, help="pairs that are counted")
    parser.add_argument("--json", help="file to write the results to")
    parser.add_argument("--data", help="folder that keeps the server and its data for the next time")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--inner", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rows = options.rows.split(",")
    options.tables = sorted(int(each) for each in options.tables.split(","))
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error("no such row: " + ", ".join(unknown))
    options.alembic = subprocess.run(["/usr/bin/python3", "-c", "import alembic, psycopg2"],
                                     stderr=subprocess.DEVNULL).returncode == 0
    bench = Bench(options)
    try:
        about = machine(bench)
        for key, value in about.items():
            print(f"{key}: {value}")
        print(f"\n  {'what':<58} {'measured':>12} {'bound':>10}")
        for row in options.rows:
            getattr(bench, row)()
        about["load at the end"] = [round(value, 2) for value in os.getloadavg()]
        if options.json:
            Path(options.json).write_text(json.dumps({"machine": about, "rows": bench.rows}, indent=1, ensure_ascii=False))
        missed = [row["what"] for row in bench.rows if row["reached"] is False]
        print(f"\n{sum(row['reached'] is True for row in bench.rows)} bounds reached, {len(missed)} missed"
              + "".join(f"\n  {what}" for what in missed))
    finally:
        bench.close()


if __name__ == "__main__":
    main()
