# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands around a message: the headers of both dialects, and the bodies of refusals."""

from typing import Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, Field

from .values import Flag, Name, OptionalText, OptionalWholeNumber, WholeNumber

Message = TypeVar("Message")


class RequestHeader(BaseModel):
    """Who asks what, in the dialect of OpenG2P's bridge 1.x."""

    version: Name | None = "1.0.0"
    message_id: Name = Field(description="The sender's own name for this message, never used again")
    message_ts: Name = Field(description="When it was written, ISO 8601")
    action: Name = Field(description="The operation, as in the path")
    sender_id: Name = Field(description="Code of the registered partner")
    sender_uri: OptionalText = ""
    receiver_id: OptionalText = ""
    total_count: WholeNumber = Field(description="How many items the message has")
    is_msg_encrypted: Flag = Field(
        False, validation_alias=AliasChoices("is_msg_encrypted", "is_encrypted")
    )
    meta: Any = None


class Request(BaseModel, Generic[Message]):
    signature: OptionalText = None
    header: RequestHeader
    message: Message


class ReplyHeader(BaseModel):
    version: str
    message_id: str = Field(description="As in the request")
    message_ts: str
    action: str = Field(description="As in the request")
    status: str = Field(description="succ or rjct")
    status_reason_code: str | None = Field(description="A code of G2P Connect, if that is why")
    status_reason_message: str = Field(description="The error code, empty if there is none")
    total_count: OptionalWholeNumber = None
    completed_count: OptionalWholeNumber = None
    sender_id: OptionalText = None
    receiver_id: OptionalText = None
    is_msg_encrypted: bool = False
    meta: dict[str, Any] = Field(description="explanation: the code in words")


class Reply(BaseModel, Generic[Message]):
    signature: str
    header: ReplyHeader
    message: Message | None


class StatementWarning(BaseModel):
    statement_id: str
    code: str = Field(description="CORRECTION or INVALID_ACCOUNT_NUMBER")
    message: str = Field(description="What it is, and what to do, in words")


class StatementReply(BaseModel):
    signature: str
    header: ReplyHeader
    message: str = Field(description="statement_id, or the error code")
    statement_id: str | None
    statement_ids: list[str] = Field(description="All statements of the file")
    known_statement_ids: list[str] = Field(description="Those that were received before")
    warnings: list[StatementWarning] = Field(description="Those that wait for a person, and why")
    response_error_code: str | None


class Gen2RequestHeader(BaseModel):
    """Who asks, in the dialect of the newer PBMS."""

    sender_app_mnemonic: Name = Field(description="Code of the registered partner")
    sender_app_url: OptionalText = None
    request_id: Name = Field(description="The sender's own name for this message, never used again")
    request_timestamp: Name = Field(description="When it was written, ISO 8601")
    instance_id: OptionalText = None


class Gen2Around(BaseModel):
    """What may stand beside the message."""

    pagination_request: Any = None
    disbursement_batch_control_id: OptionalText = None


class Gen2RequestBody(Gen2Around, Generic[Message]):
    request_payload: Message


class Gen2Request(BaseModel, Generic[Message]):
    request_header: Gen2RequestHeader
    request_body: Gen2RequestBody[Message]


class Gen2ReplyHeader(BaseModel):
    request_id: str
    response_status: str = Field(description="SUCCESS or ERROR")
    response_error_code: str | None
    response_error_message: str | None = Field(description="The error in words")
    response_timestamp: str


class Gen2ReplyBody(BaseModel, Generic[Message]):
    pagination_response: Any
    response_payload: Message | None


class Gen2Reply(BaseModel, Generic[Message]):
    response_header: Gen2ReplyHeader
    response_body: Gen2ReplyBody[Message]


class Error(BaseModel):
    code: str = Field(examples=["G2P-REQ-102"])
    message: str


class Errors(BaseModel):
    """A request that was not taken as a message at all."""

    errors: list[Error]
