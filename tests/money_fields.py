# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Does a change of this field direct money? A table to read, of every field that says no.

A field that is in no row here is either kept by the bridge itself (nobody gives it, or the
database keeps it as it is), or waits for a second person (``_two_person_names``), or is a setting
that does. ``test_money_fields.py`` finds any other: whoever adds a field says here why one person
may change it alone, or has it confirmed.

A reason stands above its rows; a row names a model and fields of it.
"""

TABLE = """
# What people read or are found by. Nothing is chosen, matched or paid by it.
g2p.bridge.program              benefit_program_name funding_org_code funding_org_name
g2p.bridge.sponsor.bank         name
g2p.bridge.mapper               name
g2p.bridge.signing.key          name
g2p.bridge.partner              name
g2p.bridge.webhook              name

# Who is asked and told. It gives no right: what the person may do follows from the roles.
g2p.bridge.program              responsible_id
g2p.bridge.webhook              responsible_id

# How the work is cut, and how often it is tried. Each payment is made once all the same.
g2p.bridge.program              bank_batch_size mapper_batch_size default_frequency
g2p.bridge.program              resolve_attempts check_attempts block_attempts ship_attempts
g2p.bridge.program              release_attempts resolve_delay check_delay block_delay ship_delay
g2p.bridge.program              release_delay
g2p.bridge.mapper               parallel_batches call_back_minutes

# How long an answer is waited for. Without one the outcome is unknown, and nothing is sent again.
g2p.bridge.sponsor.bank         connect_timeout read_timeout
g2p.bridge.mapper               connect_timeout read_timeout
g2p.bridge.webhook              connect_timeout read_timeout

# When a payment that no statement shows is asked about. It makes none payable.
g2p.bridge.sponsor.bank         proof_business_days

# How the bytes of a statement are read as letters. What they say has to match to prove anything.
g2p.bridge.sponsor.bank         statement_encoding

# Written by a button and a secret's own window. What is stored waits for a second person.
g2p.bridge.sponsor.bank         can_query_payment_status can_release_funds has_idempotent_block
g2p.bridge.sponsor.bank         credential_input statement_token_input
g2p.bridge.mapper               credential_input
g2p.bridge.signing.key          private_key_input

# The other end of a link: what is written is the record over there, by that record's own rules.
g2p.bridge.program              envelope_ids
g2p.bridge.partner              key_ids
g2p.bridge.webhook              delivery_ids
g2p.cycle                       bridge_envelope_ids
g2p.bridge.sponsor.bank         program_ids
g2p.bridge.mapper               program_ids

# From when and how long a key of ours that was confirmed is used. Which one it is was confirmed.
g2p.bridge.signing.key          use_from overlap_days

# How many calls of a partner are let in within a minute. It opens nothing.
g2p.bridge.partner              rate_limit rate_burst

# What of its own payments a partner is told. Where it is sent waits for a second person.
g2p.bridge.webhook              kind_ids program_ids credential_input

# Whose work it is: whoever gives it has a part in it, and another person approves what is paid.
g2p.bridge.import               envelope_id file file_name

# What a PBMS manager chooses for a program of PBMS. What comes of it is an envelope like any other,
# which is approved at the bridge, and pays by a program of the bridge that was confirmed.
g2p.program.payment.manager.g2p.bridge name program_id bridge_program_id beneficiary_id_source
g2p.program.payment.manager.g2p.bridge id_type_id id_prefix id_suffix narrative_template
g2p.program.payment.manager.g2p.bridge cycle_code_template automatic_start schedule_rule
g2p.program.payment.manager.g2p.bridge schedule_days schedule_weekday batch_size
g2p.program.payment.manager.g2p.bridge amount_paid

# When the rows of settled envelopes are put away. They are read there as they were.
res.company                     bridge_archive_months

# Asked for itself, and kept in the trail; odoo.conf says what nobody undercuts.
res.company                     bridge_second_factor bridge_second_factor_minutes

# The simulated bank and mapper. They are never installed where there is real money.
g2p.bridge.example.mapper.entry active name company_id fa id_value additional_info phone
g2p.bridge.example.mapper.behaviour name call_back signature_required fault fault_every
g2p.bridge.example.mapper.behaviour fault_occasions fault_probability fault_seconds fault_seed
g2p.bridge.example.mapper.behaviour fault_times
g2p.bridge.example.bank.account batch_ids block_ids statement_ids
g2p.bridge.example.bank.account account_number callback_token_input callback_url company_id
g2p.bridge.example.bank.account currency_id fault_ids has_whole_batches holder_name
g2p.bridge.example.bank.account opening_balance returns_as reversal_rate seed statement_delivery
g2p.bridge.example.bank.account statement_max_lines statement_when_booked
g2p.bridge.example.bank.fault   account_id calls kind operation probability seconds seed sequence
g2p.bridge.example.bank.fault   share
"""


def _read_table():
    """:return: {model: {field: the reason why one person may change it alone}}"""
    found, reason = {}, None
    for line in filter(None, TABLE.splitlines()):
        if line.startswith("# "):
            reason = line.removeprefix("# ")
            continue
        model, *names = line.split()
        found.setdefault(model, {}).update(dict.fromkeys(names, reason))
    return found


DIRECTS_NOTHING = _read_table()
