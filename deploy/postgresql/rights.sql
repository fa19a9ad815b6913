-- Two roles for the desk's database: whoever owns it migrates it, and the processes run with another role, desk_app,
-- which reads and writes rows and can neither change the schema nor touch what the audit has recorded.
--
--   psql -d desk -f deploy/postgresql/rights.sql
--
-- as the owner of the database, or as a superuser. Once is enough; again does no harm, before the first migration or
-- after it. Then give the role its password with \password desk_app, or let it in by a certificate or its socket.
-- docs/operating.md says which command is run with which role.
DO $$
DECLARE
    owner name := (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database());
    grown text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'desk_app') THEN
        CREATE ROLE desk_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
    END IF;

    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, desk_app', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO desk_app', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, desk_app;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', owner);
    GRANT USAGE ON SCHEMA public TO desk_app;

    -- What is there, and what migrations will make.
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO desk_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO desk_app;
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public'
                   ' GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO desk_app', owner);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public'
                   ' GRANT USAGE, SELECT ON SEQUENCES TO desk_app', owner);

    -- The schema's revision is read only. Every migration takes these rights away again from what it makes.
    FOREACH grown IN ARRAY ARRAY['alembic_version', 'audit_entries', 'audit_seals'] LOOP
        IF to_regclass('public.' || grown) IS NOT NULL THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %I FROM PUBLIC, desk_app', grown);
        END IF;
    END LOOP;
    IF to_regclass('public.alembic_version') IS NOT NULL THEN
        REVOKE INSERT ON alembic_version FROM PUBLIC, desk_app;
    END IF;
END
$$;
