-- migrate:revision b1
-- migrate:down_revision a1, a2
-- migrate:branch_labels shop
-- migrate:depends_on x.1
-- migrate:replaces r1 r2
-- migrate:message add orders
-- migrate:created 2026-11-22T10:15:00Z
-- migrate:allow data-loss
--
-- creates a table

-- migrate:up lock_timeout:5s statement_timeout:1min preserve:view%20public.v
CREATE TABLE a (id int);
COPY a FROM stdin;
1
\.

-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY i ON a (id);

-- migrate:down undoes:2 transaction:false
DROP INDEX CONCURRENTLY i;

-- migrate:down undoes:1
DROP TABLE a;
