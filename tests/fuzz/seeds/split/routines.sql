\restrict abc
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT CASE WHEN n > 1 THEN 1 ELSE 2 END; END;
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $x$ BEGIN RETURN 'a;b'; END $x$; -- after
/* a /* nested */ comment */ SELECT E'it\'s', U&"d\0061t", 'x' /* ; */ , (1;2);
COPY a (b) FROM stdin;
1	\N
\.
SELECT 1
\unrestrict abc
