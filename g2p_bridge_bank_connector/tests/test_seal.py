from odoo.tests import BaseCase, tagged

from ..lib.seal import Seal, Unreadable, new_key


@tagged("post_install", "-at_install")
class TestSeal(BaseCase):
    """A sealed text is opened by its key and by no other."""

    def setUp(self):
        super().setUp()
        self.seal = Seal(new_key())

    def test_it_opens_what_it_has_closed(self):
        for text in ("t0p-Secret", "Überweisung 中", "sealed:", "sealed:gAAAA"):
            closed = self.seal.close(text)
            self.assertNotEqual(closed, text)
            self.assertEqual(self.seal.open(closed), text)
        self.assertNotIn("t0p", self.seal.close("t0p-Secret"))

    def test_what_is_closed_is_not_closed_again(self):
        closed = self.seal.close("t0p-Secret")
        self.assertEqual(self.seal.close(closed), closed)

    def test_the_same_text_is_never_sealed_alike(self):
        self.assertNotEqual(self.seal.close("same"), self.seal.close("same"))

    def test_another_key_or_a_change_is_noticed(self):
        closed = self.seal.close("t0p-Secret")
        for seal, text in ((Seal(new_key()), closed), (self.seal, closed[:-3] + "AAA")):
            with self.assertRaises(Unreadable):
                seal.open(text)
