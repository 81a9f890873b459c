"""The calls about conversations with buyers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from factory_erp.sync.sandbox.dhgate.forms import (
    Form,
    ServiceError,
    illegal,
    method,
    moment,
    one_of,
    whole,
    words,
)
from factory_erp.sync.sandbox.dhgate.mail_memory import (
    INQUIRY,
    ORDER,
    OTHER,
    SELLER_ID,
    SELLER_NAME,
    Letter,
    Topic,
)
from factory_erp.sync.sandbox.dhgate.payloads import Payload, date_text
from factory_erp.sync.sandbox.dhgate.state import SandboxState

_TYPES = ("001", "002", "003", "004", "005", "006", "007", "008", "009", "010", "011", "012")
_SEND_TYPES = {"2": ORDER, "3": INQUIRY, "4": OTHER, "13": OTHER}
_LARGEST_PAGE = 100


def message_list(state: SandboxState, form: Form) -> Payload:
    """Conversations in which somebody wrote in the last days, the latest first. It gives no total."""
    days, keep = whole(form, "beforeDay", 1, 366), _asked(form)
    since = state.now() - timedelta(days=days)
    page, size = whole(form, "pageNo", 1, 1_000_000), whole(form, "pageSize", 1, _LARGEST_PAGE)
    found = state.topics(lambda topic: topic.last >= since and keep(topic))
    by_replies = form.get("orderField") == "msgreplycount"
    found.sort(
        key=lambda topic: (topic.replies if by_replies else topic.last.timestamp(), topic.msg_id),
        reverse=form.get("orderType") != "asc",
    )
    return {"msgList": [_row(state, topic) for topic in found[(page - 1) * size : page * size]]}


def _asked(form: Form) -> Callable[[Topic], bool]:
    types = words(form, "msgType")
    if not types or not set(types) <= set(_TYPES):
        raise illegal("msgType")
    read, key = form.get("isRead", "-1"), form.get("searchKey")

    def keep(topic: Topic) -> bool:
        wanted = topic.msg_type in types and (key is None or topic.param == key)
        return wanted and (read == "-1" or topic.read == (read == "1"))

    return keep


def _row(state: SandboxState, topic: Topic) -> Payload:
    started_by_us = topic.letters[0].outgoing
    sender, receiver = _people(topic, outgoing=started_by_us)
    return {
        "msgId": topic.msg_id,
        "msgType": topic.msg_type,
        "msgTitle": topic.title,
        "param": topic.param,
        "lastReplyTime": date_text(topic.last, state.zone),
        "msgReplyCount": topic.replies,
        "senderId": sender[0],
        "senderOrgId": sender[0],
        "senderNickName": sender[1],
        "senderRead": 1,
        "senderMark": 0,
        "senderStatus": 0,
        "recieverId": receiver[0],
        "recieverOrgId": receiver[0],
        "receiverNickName": receiver[1],
        "receiverRead": int(topic.read),
        "receiverMark": 0,
        "receiverStatus": 0,
    }


def _people(topic: Topic, *, outgoing: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    """(id, name) of who sends and who receives."""
    us, buyer = (SELLER_ID, SELLER_NAME), (topic.buyer_id, topic.buyer_name)
    return (us, buyer) if outgoing else (buyer, us)


def message_get(state: SandboxState, form: Form) -> Payload:
    """A conversation with its messages."""
    topic = _known(state, form, "msgId")
    return {
        "msgTitle": topic.title,
        "msgType": topic.msg_type,
        "param": topic.param,
        "lastReplyTime": date_text(topic.last, state.zone),
        "msgReplyCount": topic.replies,
        "senderNickName": topic.buyer_name,
        "msgDetailList": [_detail(state, topic, letter) for letter in topic.letters],
    }


def _detail(state: SandboxState, topic: Topic, letter: Letter) -> Payload:
    sender, receiver = _people(topic, outgoing=letter.outgoing)
    return {
        "detailId": letter.detail_id,
        "content": letter.content,
        "createTime": date_text(letter.sent_at, state.zone),
        "senderId": sender[0],
        "senderNickName": sender[1],
        "receiverId": receiver[0],
        "receiverNickName": receiver[1],
        "attNames": "",
        "attUrls": "",
    }


def message_detail(state: SandboxState, form: Form) -> Payload:
    """The same of the older version: its dates are epoch milliseconds."""
    topic = _known(state, form, "messageTopicId")
    sender, receiver = _people(topic, outgoing=topic.letters[0].outgoing)
    head = {
        "tdMessageTopicId": topic.msg_id,
        "title": topic.title,
        "msgtype": int(topic.msg_type),
        "parm": topic.param,
        "lastreplytime": int(topic.last.timestamp()) * 1000,
        "msgreplycount": topic.replies,
        "senderid": sender[0],
        "senderNickname": sender[1],
        "recieverid": receiver[0],
        "receiverNickname": receiver[1],
    }
    return {"message": {"messageTopic": head, "messageInfo": [_info(topic, each) for each in topic.letters]}}


def _info(topic: Topic, letter: Letter) -> Payload:
    sender, receiver = _people(topic, outgoing=letter.outgoing)
    return {
        "tdMessageInfoId": letter.detail_id,
        "tdMessageTopicId": topic.msg_id,
        "content": letter.content,
        "createtime": int(letter.sent_at.timestamp()) * 1000,
        "senderid": sender[0],
        "senderNickname": sender[1],
        "recieverid": receiver[0],
        "receiverNickname": receiver[1],
        "attatchment": None,
    }


def message_count(state: SandboxState, form: Form) -> Payload:
    """How many conversations of each type somebody wrote in within a span."""
    start, end = moment(form, "startDate"), moment(form, "endDate")
    found = state.topics(lambda topic: start <= str(date_text(topic.last, state.zone)) <= end)
    rows = []
    for kind in (INQUIRY, ORDER, OTHER):
        topics = [topic for topic in found if topic.msg_type == kind]
        unread = sum(not topic.read for topic in topics)
        rows.append({"msgType": kind, "msgCount": len(topics), "unReadCount": unread})
    return {"msgCountList": rows}


def message_reply(state: SandboxState, form: Form) -> Payload:
    """The seller answers; each call is a message."""
    topic = _known(state, form, "msgId")
    if form["receiverId"] != topic.buyer_id:
        raise ServiceError("error.message.receiver", "收信人ID不正确")
    state.send(topic.msg_id, form["content"])
    return {"msgTopicId": str(topic.msg_id)}


def message_send(state: SandboxState, form: Form) -> Payload:
    """The seller begins a conversation with a buyer whom the platform knows."""
    kind = one_of(form, "sendMsgType", *_SEND_TYPES)
    param = form.get("param", "")
    if kind in ("2", "3") and not param:
        raise illegal("param")
    _check_subject(state, kind, param)
    buyer = form["reciverId"]
    orders = state.select(lambda order: order.get("buyerId") == buyer)
    if not orders and not state.knows_buyer(buyer):
        raise ServiceError("error.message.receiver", "收信人ID不存在")
    name = str(orders[0].get("buyerNickName") or "") if orders else ""
    topic = state.open_topic(_SEND_TYPES[kind], form["msgTitle"], buyer, param, name)
    state.send(topic, form.get("content", ""))
    return {"msgId": str(topic)}


def _check_subject(state: SandboxState, kind: str, param: str) -> None:
    if kind == "2" and state.order(param) is None:
        raise ServiceError("error.order.not.exist", "订单不存在")
    if kind == "3" and state.item(param) is None:
        raise ServiceError("error.item.not.exist", "产品itemCode不存在")


def _known(state: SandboxState, form: Form, name: str) -> Topic:
    topic = state.topic(whole(form, name, 1, 10**18))
    if topic is None:
        raise ServiceError("error.message.not.exist", "站内信不存在")
    return topic


METHODS = {
    "dh.message.list": method(
        "2.0",
        message_list,
        "beforeDay msgType pageNo pageSize",
        "isMark isRead orderField orderType searchKey status",
    ),
    "dh.message.get": method("2.0", message_get, "msgId"),
    "dh.message.detail.get": method("1.0", message_detail, "messageTopicId", "appid"),
    "dh.message.count.list": method("2.0", message_count, "startDate endDate"),
    "dh.message.info.reply": method("2.0", message_reply, "msgId receiverId content", "attNames attUrls"),
    "dh.message.send": method(
        "2.0", message_send, "msgTitle reciverId sendMsgType", "content param attNames attUrls"
    ),
}
