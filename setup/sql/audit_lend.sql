-- The tables of the audit trail are lent to Odoo's role, so that an upgrade of the addons may
-- change them. For a superuser of the cluster; afterwards audit_take.sql takes them back.
--
--   psql -X -d DATABASE -v odoo=ODOO_ROLE -f audit_lend.sql
\set ON_ERROR_STOP on
SET search_path = pg_catalog;
BEGIN;
ALTER TABLE public.g2p_bridge_audit OWNER TO :"odoo";
ALTER TABLE public.g2p_bridge_audit_seal OWNER TO :"odoo";
COMMIT;
