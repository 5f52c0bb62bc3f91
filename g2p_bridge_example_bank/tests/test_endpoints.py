# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import tagged

from .common import ROOT, BankHttpCase

FORM = "application/x-www-form-urlencoded"


@tagged("post_install", "-at_install")
class TestEndpoints(BankHttpCase):
    """What goes beyond the recorded exchanges: keys, releases, status, statements."""

    def make_block(self, amount=100, key=None, account="PROG1"):
        message = {"account_number": account, "currency": "USD", "amount": amount}
        return self.post("block_funds", message, key).json()

    def send(self, payments, key=None):
        return self.post("initiate_payment", payments, key).json()

    def status(self, reference):
        return self.post("payment_status", {"batch_reference": reference}).json()

    def release(self, reference, key=None):
        return self.post("release_funds", {"block_reference_no": reference}, key).json()

    def test_the_same_key_blocks_once(self):
        first, second = self.make_block(key="key-1"), self.make_block(key="key-1")
        self.assertEqual(first, second)
        self.assert_balances("1000", "100")

    def test_a_key_with_other_content_is_refused(self):
        self.make_account("PROG2")
        self.make_block(key="key-1")
        for answer in (self.make_block(101, "key-1"), self.make_block(100, "key-1", "PROG2")):
            self.assertEqual(answer["status"], "failed")
            self.assertIn("other content", answer["error_message"])
        self.assert_balances("1000", "100")

    def test_without_a_key_each_call_blocks(self):
        self.make_block()
        self.make_block()
        self.assert_balances("1000", "200")

    def test_a_key_of_a_refused_block_may_come_again(self):
        self.assertEqual(self.make_block(2000, "key-1")["error_message"], "Insufficient funds")
        self.assertEqual(self.make_block(1000, "key-1")["status"], "success")

    def test_the_same_batch_answers_the_same_and_is_stored_once(self):
        block = self.make_block()["block_reference_no"]
        payments = [self.payment(n, block) for n in range(3)]
        first = self.send(payments, "batch-1")
        self.assertEqual(first, {"status": "success", "error_message": ""})
        self.assertEqual(self.send(payments, "batch-1"), first)
        self.assertEqual(len(self.account.batch_ids.payment_ids), 3)

    def test_the_form_of_the_json_is_not_the_content(self):
        block = self.make_block()["block_reference_no"]
        payment = self.payment(1, block)
        self.assertEqual(self.send([payment], "batch-1")["status"], "success")
        turned = dict(reversed(payment.items())) | {"payment_amount": 10}
        turned.pop("narrative_6")
        self.assertEqual(self.send([turned], "batch-1")["status"], "success")

    def test_a_batch_reference_with_other_content_is_refused(self):
        block = self.make_block()["block_reference_no"]
        self.send([self.payment(1, block)], "batch-1")
        for values in ({"payment_amount": 11}, {"beneficiary_account": "X"}):
            answer = self.send([self.payment(1, block, **values)], "batch-1")
            self.assertIn("other content", answer["error_message"])
        self.assertEqual(len(self.account.batch_ids.payment_ids), 1)
        self.assertEqual(self.status("batch-1")["batch_status"], "accepted")

    def test_a_payment_comes_once_whatever_the_batch(self):
        block = self.make_block()["block_reference_no"]
        self.send([self.payment(1, block)], "batch-1")
        for key in ("batch-2", None):
            answer = self.send([self.payment(2, block), self.payment(1, block)], key)
            self.assertIn("D00000000000001 was received before", answer["error_message"])
        twice = self.send([self.payment(3, block), self.payment(3, block)])
        self.assertIn("occurs twice", twice["error_message"])
        self.assertEqual(len(self.account.batch_ids.payment_ids), 1)

    def test_another_account_may_use_the_same_payment_reference(self):
        self.make_account("PROG2")
        block = self.make_block()["block_reference_no"]
        other = self.make_block(account="PROG2")["block_reference_no"]
        self.send([self.payment(1, block)], "batch-1")
        answer = self.send([self.payment(1, other, remitting_account="PROG2")], "batch-2")
        self.assertEqual(answer["status"], "success")

    def test_batches_use_up_the_block(self):
        block = self.make_block(25)["block_reference_no"]
        self.assertEqual(self.send([self.payment(1, block)])["status"], "success")
        self.assertEqual(self.send([self.payment(2, block)])["status"], "success")
        answer = self.send([self.payment(3, block)])
        self.assertEqual(
            answer["error_message"], "The payments come to 10.00, but the block has 5.00 left"
        )

    def test_bad_payments_are_refused_in_words(self):
        block = self.make_block()["block_reference_no"]
        for values, word in (
            ({"payment_amount": 0}, "above zero"),
            ({"payment_amount": "-1"}, "above zero"),
            ({"payment_amount": 1.005}, "2 decimals"),
            ({"payment_amount": 1e12}, "too large"),
            ({"payment_date": "tomorrow"}, "not a date"),
            ({"payment_reference_number": "X" * 17}, "1 to 16"),
            ({"beneficiary_name": "N" * 256}, "longer than 255"),
        ):
            with self.subTest(values):
                answer = self.send([self.payment(1, block), self.payment(2, block, **values)])
                self.assertEqual(answer["status"], "failed")
                self.assertIn(word, answer["error_message"])
        self.assertFalse(self.account.batch_ids)
        self.assert_balances("1000", "100")

    def test_texts_are_kept_as_they_came(self):
        block = self.make_block()["block_reference_no"]
        texts = {
            "beneficiary_name": "Zoë\t\\N \\. ‘x’",
            "narrative_1": "tab\there",
            "narrative_2": "\\N",
            "narrative_3": "back\\slash",
            "narrative_4": "line\nbreak\r.",
        }
        self.assertEqual(self.send([self.payment(1, block, **texts)])["status"], "success")
        stored = self.account.batch_ids.payment_ids
        self.assertEqual({name: stored[name] for name in texts}, texts)

    def test_status_of_batches(self):
        block = self.make_block()["block_reference_no"]
        self.send([self.payment(1, block)], "batch-1")
        self.send([self.payment(2, "no-such-block")], "batch-2")
        self.assertEqual(
            self.status("batch-1"),
            {
                "status": "success",
                "batch_status": "accepted",
                "rejected": [],
                "error_message": "",
            },
        )
        self.assertEqual(self.status("batch-2")["batch_status"], "rejected")
        self.assertIn("block", self.status("batch-2")["error_message"])
        self.assertEqual(self.status("batch-3")["batch_status"], "never_received")

    def test_a_refused_batch_is_judged_anew(self):
        block = self.make_block(10)["block_reference_no"]
        payments = [self.payment(1, block), self.payment(2, block)]
        self.assertEqual(self.send(payments, "batch-1")["status"], "failed")
        self.assertEqual(self.send(payments[:1], "batch-1")["status"], "success")
        self.assertEqual(self.status("batch-1")["batch_status"], "accepted")
        self.assertEqual(len(self.account.batch_ids), 1)

    def test_release_gives_back_the_rest_once(self):
        block = self.make_block(100)["block_reference_no"]
        self.send([self.payment(1, block)])
        first = self.release(block, "release-1")
        self.assertEqual(first, {"status": "success", "released_amount": 90, "error_message": ""})
        self.assertEqual(self.release(block, "release-1"), first)
        for key in ("release-2", None):
            self.assertEqual(self.release(block, key)["released_amount"], 0)
        self.assertEqual(self.release("nope")["error_message"], "Block not found")
        self.assert_balances("1000", "10")

    def test_a_release_key_is_for_one_block(self):
        first = self.make_block(100)["block_reference_no"]
        second = self.make_block(100)["block_reference_no"]
        self.release(first, "release-1")
        self.assertIn("other content", self.release(second, "release-1")["error_message"])
        self.assert_balances("1000", "100")

    def test_released_amounts_are_exact_numbers(self):
        block = self.make_block(100.1)["block_reference_no"]
        response = self.post("release_funds", {"block_reference_no": block})
        self.assertIn('"released_amount": 100.10', response.text)

    def test_a_statement_is_asked_for_listed_and_downloaded(self):
        message = {"program_account_number": "PROG1"}
        answer = self.post("generate_account_statement", message).json()
        self.assertEqual(answer["status"], "success")
        reference = answer["account_statement_id"]
        self.assertEqual(self.url_open(f"{ROOT}/statement/{reference}").status_code, 404)
        self.account.statement_ids._job_make()
        listed = self.post("list_account_statements", message).json()
        self.assertEqual(listed["account_statement_ids"], [reference])
        file = self.url_open(f"{ROOT}/statement/{reference}")
        self.assertEqual(file.status_code, 200)
        self.assertTrue(file.text.startswith(f":20:{reference}"))
        self.assertIn("PROG1-00001.mt940", file.headers["Content-Disposition"])

    def test_a_statement_of_an_unknown_account(self):
        message = {"program_account_number": "NOPE"}
        for path, name, empty in (
            ("generate_account_statement", "account_statement_id", ""),
            ("list_account_statements", "account_statement_ids", []),
        ):
            answer = self.post(path, message).json()
            self.assertEqual(answer["error_message"], "Account not found")
            self.assertEqual(answer[name], empty)

    def test_the_token_guards_everything_but_the_ping(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_example_bank.api_token", "s3cret")
        for path in ("check_funds", "block_funds", "release_funds", "initiate_payment"):
            for token in (None, "wrong", "s3cre", "ä"):
                response = self.post(path, b"{}", token=token and token.encode().decode("latin-1"))
                self.assertEqual(response.status_code, 401, (path, token))
            self.assertEqual(self.post(path, b"{}", token="s3cret").status_code, 400)
        self.assertEqual(self.url_open(f"{ROOT}/statement/X").status_code, 401)
        self.assertEqual(self.url_open(f"{ROOT}/ping").text, '"pong"')

    def test_no_input_is_a_server_error(self):
        bodies = (b"", b"{}", b"[]", b"null", b"[null]", b'"x"', b"\xff", b"[" * 50000, b"1e999")
        for path in (
            "check_funds",
            "block_funds",
            "release_funds",
            "initiate_payment",
            "payment_status",
            "generate_account_statement",
            "list_account_statements",
        ):
            for body in bodies:
                with self.subTest(path=path, body=body[:9]):
                    self.assertLess(self.post(path, body).status_code, 500)

    def test_no_path_is_a_server_error(self):
        odd = ("%00", "a%00b", "%01", "%0A", "%1A", "%7F", "%FF", "%C3%28", "%ED%A0%80")
        for path in ("statement", "nothing", "check_funds", "ping"):
            for character in odd:
                with self.subTest(path, character=character):
                    response = self.url_open(f"{ROOT}/{path}/{character}")
                    self.assertEqual(response.status_code, 404, response.text[:200])
        for character in odd:
            with self.subTest("query", character=character):
                response = self.url_open(f"{ROOT}/statement/X?reference={character}&{character}=1")
                self.assertEqual(response.status_code, 404)
                response = self.url_open(f"{ROOT}/ping?{character}={character}")
                self.assertEqual(response.status_code, 200)

    def test_no_header_and_no_form_is_a_server_error(self):
        nines = b"9" * 5000
        odd = (b"\x00", b"\x01", b"\xff\xfe", b"\xc3(", nines, b"slow;" + nines)
        body = json.dumps(self.block_message())
        for name in ("Idempotency-Key", "Example-Bank-Fault", "Authorization", "Content-Type"):
            for value in odd:
                with self.subTest(name, value=value[:9]):
                    response = self.raw_post("block_funds", body, {name: value})
                    self.assertIn(response.status_code, (200, 400))
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x", FORM, "text/html"):
            for content in (b"", b"\x00", b"a=%00&%00=b", b"--x\r\n\x00", body.encode()):
                with self.subTest(kind, content=content[:9]):
                    response = self.raw_post("block_funds", content, {"Content-Type": kind})
                    self.assertIn(response.status_code, (200, 400))

    def test_no_character_in_a_text_is_a_server_error(self):
        block = self.make_block()["block_reference_no"]
        fields = (
            "payment_reference_number",
            "remitting_account",
            "remitting_account_currency",
            "funds_blocked_reference_number",
            "beneficiary_name",
            "narrative_6",
            "payment_date",
        )
        for character in ("\x00", "\x01", "\n", "\x1a", "\x7f", "\u202e", "\ufeff", "\ud800"):
            for n, name in enumerate(fields):
                with self.subTest(name, character=repr(character)):
                    payment = self.payment(n, block, **{name: f"2026{character}"})
                    status = self.post("initiate_payment", [payment]).status_code
                    self.assertEqual(status, 400 if character in "\x00\ud800" else 200)
            for path, message in (
                ("check_funds", {"account_currency": "USD", "total_funds_needed": 1}),
                ("payment_status", {}),
                ("release_funds", {}),
                ("generate_account_statement", {}),
            ):
                for name in ("account_number", "batch_reference", "block_reference_no"):
                    message[name] = character
                message["program_account_number"] = character
                with self.subTest(path, character=repr(character)):
                    status = self.post(path, message).status_code
                    self.assertEqual(status, 400 if character in "\x00\ud800" else 200)

    def raw_post(self, path, body, headers):
        headers = {"Content-Type": "application/json", **headers}
        return self.url_open(f"{ROOT}/{path}", data=body or b" ", headers=headers)

    def test_references_of_the_original_bridge_are_taken_and_come_back(self):
        references = ("_-aZ09_-zA19-_x0", "a_b-c", "-", "_")
        block = self.make_block()["block_reference_no"]
        payments = [
            self.payment(n, block, payment_reference_number=reference)
            for n, reference in enumerate(references)
        ]
        self.assertEqual(self.send(payments)["status"], "success")
        self.account.batch_ids._job_book()
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        statement._job_make()
        file = statement.attachment_id.raw.decode()
        for reference in references:
            self.assertRegex(file, rf":61:\d{{10}}D10,00NTRF{reference}//EB")
        too_long = self.payment(9, block, payment_reference_number="a_" * 9)
        self.assertEqual(self.send([too_long])["status"], "failed")

    def test_a_key_that_cannot_be_kept_is_malformed(self):
        response = self.post("block_funds", self.block_message(), "k" * 129)
        self.assertEqual(response.status_code, 400)
        self.assertIn("Idempotency-Key", response.json()["errors"][0]["message"])

    def block_message(self):
        return {"account_number": "PROG1", "currency": "USD", "amount": 1}

    def test_five_thousand_payments_in_one_request(self):
        self.account.opening_balance = 100000
        block = self.make_block(50000)["block_reference_no"]
        payments = [self.payment(n, block) for n in range(5000)]
        self.assertEqual(self.send(payments, "batch-1")["status"], "success")
        batch = self.account.batch_ids
        self.assertEqual((batch.payment_count, batch.amount), (5000, 50000))
        batch._job_book()
        reversed_amount = 10 * batch.reversed_count
        self.assert_balances(str(50000 + reversed_amount), "0")

    def test_numbers_are_numbers_and_not_texts(self):
        block = self.make_block()["block_reference_no"]
        raw = json.dumps([self.payment(1, block, payment_amount="AMOUNT")])
        raw = raw.replace('"AMOUNT"', "10.10")
        self.assertEqual(self.post("initiate_payment", raw.encode()).json()["status"], "success")
        self.assertEqual(self.account.batch_ids.payment_ids.payment_amount, 10.1)
