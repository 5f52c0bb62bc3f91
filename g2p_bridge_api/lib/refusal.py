"""How a call is refused before an operation sees it."""


class Refusal(Exception):
    """A call that is not carried out, and changes nothing.

    :param str code: of the header, such as ``rjct.signature.invalid``, or of a malformed
        request, such as ``G2P-REQ-102``
    :param str message: what is wrong with which field and what to do, for an integrator
    :param int status: HTTP status of the answer; a rejection by a header code is 200
    """

    def __init__(self, code, message, status=200):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
