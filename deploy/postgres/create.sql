-- The role and the database of a cluster; the hosts make their tables themselves when they start.
--
--   psql -v password="'...'" -f create.sql
CREATE ROLE ngrammys LOGIN PASSWORD :password;
-- Whatever the server's own locale is: every language is said, and searched without regard to case.
CREATE DATABASE ngrammys OWNER ngrammys TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE ngrammys FROM PUBLIC;
