-- Run once in each database, as an administrator. The runtime connects as helpdesk_app only.
-- Outside the embedded servers give both roles passwords: ALTER ROLE helpdesk_app PASSWORD '…'.
DO $$ BEGIN
    CREATE ROLE helpdesk_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE helpdesk_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- No request or task may hold up the others for longer. Kept with the role, since a pooler passes
-- no options on; what an administrator has chosen stays.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = 'helpdesk_app'::regrole) THEN
        ALTER ROLE helpdesk_app SET statement_timeout = '30s';
        ALTER ROLE helpdesk_app SET lock_timeout = '10s';
        ALTER ROLE helpdesk_app SET idle_in_transaction_session_timeout = '60s';
    END IF;
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO helpdesk_owner;
GRANT USAGE ON SCHEMA public TO helpdesk_app;

-- Whatever migrations create later, the app may use, and nobody else may call.
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO helpdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner
    GRANT USAGE, SELECT ON SEQUENCES TO helpdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner GRANT EXECUTE ON FUNCTIONS TO helpdesk_app;
