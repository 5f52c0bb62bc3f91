# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What entries say in codes, in the ways of several countries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from .common import Mt940Case, line, statement

FIELDS = (
    "end_to_end_id",
    "instruction_id",
    "batch_reference",
    "batch_count",
    "reason_code",
    "counterparty_name",
    "counterparty_account",
)


def wrapped(text, width=65):
    return [text[at : at + width] for at in range(0, len(text), width)]


class DetailsCase(Mt940Case):
    def assertSays(self, entry, **wanted):
        """The entry says this in codes, and nothing else."""
        self.assertEqual(
            {name: getattr(entry, name) for name in FIELDS if getattr(entry, name)}, wanted
        )


class TestGerman(DetailsCase):
    def test_transfer(self):
        text = (
            "116?00SEPA-UEBERWEISUNG?109310?20EREF+000000000000001?21KREF+BATCH 7-1?22MREF+M1"
            "?23SVWZ+GRANT JANUARY?30SOGEFRPPXXX?31FR1420041010050500013M02606?32MUELLER, ANNA"
            "?33MARIA"
        )
        self.assertSays(
            self.entry(narrative=wrapped(text)),
            end_to_end_id="000000000000001",
            instruction_id="BATCH 7-1",
            counterparty_account="FR1420041010050500013M02606",
            counterparty_name="MUELLER, ANNA MARIA",
        )

    def test_text_is_kept_as_it_is(self):
        lines = wrapped("116?00X?20EREF+A" + "?21" + "y" * 90, 30)
        self.assertEqual(self.entry(narrative=lines).narratives, lines)

    def test_value_goes_on_in_the_next_subfield(self):
        text = "166?20EREF+EndToEndIdTFNR20001000?2101?22S?23VWZ+x?32" + "N" * 27 + "?33AME"
        self.assertSays(
            self.entry(narrative=[text]),
            end_to_end_id="EndToEndIdTFNR2000100001",
            counterparty_name="N" * 27 + "AME",
        )

    def test_keys_without_subfields_of_their_own(self):
        text = "109?00X?20EREF+A1.20?21 0 KREF+SEPA-DA?22-P1 MR?23EF+23 CRED+DE41"
        self.assertSays(
            self.entry(narrative=[text]),
            end_to_end_id="A1.20 0",
            instruction_id="SEPA-DA-P1",
            reason_code="109",
        )

    def test_return(self):
        for text, reason in (
            ("159?00RETOURE?20EREF+A?21SVWZ+RETURN AC04 KONTO?34914", "AC04"),
            ("159?00RETOURE?20EREF+A?21MTLG:Grund nicht spezifizie?22rt?34914", "914"),
            ("159?00RETOURE?20EREF+A?21SVWZ+AC?2204 Konto", "AC04"),
            ("159?00RETOURE?20EREF+A", "159"),
        ):
            entry = self.entry(mark="C", kind="NRTI", narrative=[text])
            self.assertSays(entry, end_to_end_id="A", reason_code=reason)

    def test_whole_batch(self):
        text = (
            "191?00SEPA-UEBERW?100399?20KREF+BATCH-000?2107?22MTLG:SEPA-Ueberweisungsauft?23rag "
            "Datei mit 0000006 Zahlu?24ngen"
        )
        entry = self.entry(narrative=wrapped(text))
        self.assertSays(entry, batch_reference="BATCH-00007", batch_count=6)

    def test_no_reference(self):
        for text in ("166?20EREF+NOTPROVIDED?21SVWZ+x", "166?20EREF+NONREF?21SVWZ+x", "166?20x"):
            self.assertSays(self.entry(narrative=[text]))

    def test_other_separators(self):
        polish = "020~00X~20GRANT~32KOWALSKI~33JAN~38PL27114020040000300201355387~34147"
        romanian = "000+20Plata   +30302410000+31RO89RZBR0000060003480121+32POPESCU+33/"
        for text, name, account in (
            (polish, "KOWALSKI JAN", "PL27114020040000300201355387"),
            (polish.replace("~", "<"), "KOWALSKI JAN", "PL27114020040000300201355387"),
            (romanian, "POPESCU", "RO89RZBR0000060003480121"),
        ):
            self.assertSays(
                self.entry(narrative=wrapped(text)),
                counterparty_name=name,
                counterparty_account=account,
            )

    def test_kinds_of_other_countries_are_no_returns(self):
        self.assertSays(self.entry(mark="C", narrative=["159~00X~20GRANT"]))


class TestSlashed(DetailsCase):
    def test_dutch_transfer(self):
        text = "/EREF/000000000000001/BENM//NAME/A. DE VRIES/REMI/GRANT/ISDT/2026-01-15"
        self.assertSays(
            self.entry(narrative=wrapped(text)),
            end_to_end_id="000000000000001",
            counterparty_name="A. DE VRIES",
        )

    def test_code_word_across_lines(self):
        text = "/TRTP/OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/A. DE VRIES/EREF/X1"
        for width in range(50, 66):
            self.assertSays(
                self.entry(narrative=wrapped(text, width)),
                end_to_end_id="X1",
                counterparty_name="A. DE VRIES",
                counterparty_account="NL91ABNA0417164300",
            )

    def test_return(self):
        text = "/RTRN/MS03//EREF/X1//CNTP/NL32INGB0000012345/INGBNL2A/J.Janssen///REMI/USTD//Fact/"
        self.assertSays(
            self.entry(mark="C", kind="NRTI", narrative=wrapped(text)),
            end_to_end_id="X1",
            reason_code="MS03",
            counterparty_name="J.Janssen",
            counterparty_account="NL32INGB0000012345",
        )

    def test_return_with_the_bank_s_words(self):
        entry = self.entry(mark="C", narrative=["/RTRN/AC04/ACCOUNT CLOSED/EREF/X1"])
        self.assertSays(entry, end_to_end_id="X1", reason_code="AC04")

    def test_whole_batch(self):
        for text in (
            "/TRTP/SEPA BATCH/PREF/109180/NRTX/162/PIND/BRUTO",
            "/PREF/109180//NRTX/162//REMI/USTD//TOTAAL 17 POSTEN/",
            "/PREF/109180//REMI/USTD//TOTAAL        162 POSTEN/",
        ):
            self.assertSays(self.entry(narrative=[text]), batch_reference="109180", batch_count=162)

    def test_count_that_is_none(self):
        for count in ("x", "", "-3", "1" * 30, "٣"):
            self.assertSays(self.entry(narrative=[f"/PREF/B1/NRTX/{count}/"]), batch_reference="B1")

    def test_codes_in_plain_text(self):
        self.assertSays(
            self.entry(narrative=["Batch PmtInfId: B-7, NbOfTxs: 12"]),
            batch_reference="B-7,",
            batch_count=12,
        )
        self.assertSays(self.entry(narrative=["x", "EREF+ABC", "y"]), end_to_end_id="ABC")

    def test_short_line_ends_a_value(self):
        self.assertSays(self.entry(narrative=["/EREF/X1", "Cash transfer"]), end_to_end_id="X1")

    def test_codes_below_the_line(self):
        entry = self.entry(supplement="/EREF/X1/RTRN/AC01/", narrative=["Cash"])
        self.assertSays(entry, end_to_end_id="X1", reason_code="AC01")
        self.assertEqual(entry.supplementary_details, "/EREF/X1/RTRN/AC01/")

    def test_what_lies_below_the_line_comes_before_the_narrative(self):
        for text in ("/EREF/X2/NAME/A", "166?20EREF+X2?32A"):
            entry = self.entry(supplement="/EREF/X1/", narrative=[text])
            self.assertSays(entry, end_to_end_id="X1", counterparty_name="A")
        entry = self.entry(supplement="/EREF/X1/", narrative=["EREF+X2 and more", "a + b"])
        self.assertSays(entry, end_to_end_id="X1")

    def test_no_codes(self):
        for text in ("12/03/2026", "and/or", "/ABC/DEF", "a+b", "103?", "x/EREF/"):
            self.assertSays(self.entry(mark="C", narrative=[text]))


class TestReason(DetailsCase):
    def test_in_plain_text(self):
        for text, reason in (
            ("RETURN REASON AC04", "AC04"),
            ("Return reason code: AC01 incorrect account", "AC01"),
            ("DEPOSIT-PAYMENT RETURN\n1286995 05 Feb 2019 BE05 Payee is not fami", "BE05"),
            ("REJECTED - NARR", "NARR"),
            ("RETOUR MS03", "MS03"),
        ):
            for mark in ("C", "RD"):
                entry = self.entry(mark=mark, narrative=text.split("\n"))
                self.assertSays(entry, reason_code=reason)

    def test_below_the_line(self):
        entry = self.entry(mark="C", supplement="019 BE05 Payee", narrative=["PAYMENT RETURN"])
        self.assertSays(entry, reason_code="BE05")

    def test_none_where_there_is_none(self):
        for text in ("RETURN", "AC04", "RETURN TO CUST 17", "ACCOUNT_CLOSED", "RETURN AC044", ""):
            self.assertSays(self.entry(mark="C", narrative=[text]))

    def test_money_that_leaves_has_none(self):
        for mark in ("D", "RC"):
            self.assertSays(self.entry(mark=mark, narrative=["RETURN REASON AC04"]))


class TestPlaces(Mt940Case):
    """What has a place of its own in field 61."""

    def test_all_of_them(self):
        entry = self.entry(kind="NRTI", customer="CUST", bank="BANK", supplement="one\n two ")
        self.assertEqual(entry.transaction_type, "NRTI")
        self.assertEqual((entry.customer_reference, entry.bank_reference), ("CUST", "BANK"))
        self.assertEqual(entry.supplementary_details, "one\n two")

    def test_none_below_the_line(self):
        for narrative in (None, ("x",)):
            self.assertEqual(self.entry(narrative=narrative).supplementary_details, "")

    def test_bank_reference_in_a_line_of_its_own(self):
        entry = self.entry(bank=None, supplement="//BANK9\nmore")
        self.assertEqual((entry.bank_reference, entry.supplementary_details), ("BANK9", "more"))
        entry = self.entry(bank="B1", supplement="//BANK9")
        self.assertEqual((entry.bank_reference, entry.supplementary_details), ("B1", "//BANK9"))

    @settings(deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                "166?20EREF+ ?31 /EREF/ /NRTX/ PmtInf RETURN AC04 x + /".split()
            ).flatmap(lambda code: st.text("AZ09 ?/+:é", max_size=9).map(lambda text: code + text)),
            max_size=8,
        ),
        st.sampled_from(["C", "D", "RC", "RD"]),
    )
    def test_narrative_and_money_stay_as_they_are(self, codes, mark):
        text = wrapped("".join(codes), 40) or [""]
        (entry,) = self.read_one(line(mark=mark, narrative=text)).entries
        self.assertEqual(entry.narratives, text)
        self.assertEqual((entry.mark, str(entry.amount)), (mark, "100.00"))
        self.assertEqual(entry.raw, line(mark=mark, narrative=text))
        self.assertEqual(len(self.read_all(statement(entry.raw))), 1)
