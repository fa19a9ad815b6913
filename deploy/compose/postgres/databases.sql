-- Run once by PostgreSQL's image, where its volume is empty, as the user "desk", who owns the desk's database.
-- Read by psql itself, so that no password is among the arguments of a process.
\set app_password `cat /run/secrets/app_password`
\set rasa_password `cat /run/secrets/rasa_password`

-- The processes work with a role of their own, which cannot change what the audit has recorded.
CREATE ROLE desk_app LOGIN PASSWORD :'app_password';
\i /rights.sql

-- Rasa's trackers have a database and an owner of their own, which never see the desk's.
CREATE ROLE rasa LOGIN PASSWORD :'rasa_password';
CREATE DATABASE rasa OWNER rasa;
