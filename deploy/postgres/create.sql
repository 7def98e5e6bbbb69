-- The role and the database of a cluster; the hosts make their tables themselves when they start.
--
--   psql -v password="'...'" -f create.sql
CREATE ROLE ngrammys LOGIN PASSWORD :password;
CREATE DATABASE ngrammys OWNER ngrammys;
REVOKE CONNECT ON DATABASE ngrammys FROM PUBLIC;
