-- The tables of the audit trail get another owner than Odoo's role, which may then add to them
-- and read them, and nothing else. For a superuser of the cluster, while Odoo is stopped:
--
--   psql -X -d DATABASE -v odoo=ODOO_ROLE -v keeper=g2p_bridge_audit -f audit_take.sql
--
-- May be run again at any time. An upgrade of the addons is preceded by audit_lend.sql.
\set ON_ERROR_STOP on
-- Nothing that Odoo's role has made is run here in its place.
SET search_path = pg_catalog;
SELECT format('CREATE ROLE %I NOLOGIN', :'keeper')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'keeper') \gexec
BEGIN;
-- Who owns the schema may drop every table in it.
ALTER SCHEMA public OWNER TO :"keeper";
GRANT USAGE, CREATE ON SCHEMA public TO :"odoo";
ALTER TABLE public.g2p_bridge_audit OWNER TO :"keeper";
ALTER TABLE public.g2p_bridge_audit_seal OWNER TO :"keeper";
REVOKE ALL ON public.g2p_bridge_audit, public.g2p_bridge_audit_seal FROM PUBLIC, :"odoo";
REVOKE ALL ON SEQUENCE public.g2p_bridge_audit_id_seq, public.g2p_bridge_audit_seal_id_seq
    FROM PUBLIC, :"odoo";
GRANT SELECT, INSERT ON public.g2p_bridge_audit, public.g2p_bridge_audit_seal TO :"odoo";
GRANT USAGE, SELECT ON SEQUENCE public.g2p_bridge_audit_id_seq,
    public.g2p_bridge_audit_seal_id_seq TO :"odoo";
COMMIT;
-- Whoever is a member of the role, or may make himself one, has its rights.
SELECT format('REVOKE %I FROM %I', :'keeper', :'odoo')
 WHERE pg_has_role(:'odoo', :'keeper', 'MEMBER')
   AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = :'odoo') \gexec
SELECT rolsuper AS is_superuser FROM pg_roles WHERE rolname = :'odoo' \gset
\if :is_superuser
\warn :odoo is a superuser: take that from it, or all this is in vain
\endif
