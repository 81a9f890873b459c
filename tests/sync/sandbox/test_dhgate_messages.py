"""Conversations of the DHgate sandbox."""

from datetime import timedelta

import pytest

from tests.sync.sandbox.dhgate_support import NOW, Caller, Clock, caller, some_orders


def titles(seller: Caller, **params: str) -> list[str]:
    asked = {"beforeDay": "30", "msgType": "001,002,003", "pageNo": "1", "pageSize": "20", **params}
    return [row["msgTitle"] for row in seller.ok("dh.message.list", **asked)["msgList"]]


def test_a_conversation_is_about_a_listing_an_order_or_neither() -> None:
    clock = Clock()
    seller = caller(clock)
    for item, order, body in (("184942450", "", "Price?"), ("", "1330312000", "When?"), ("", "", "Hello")):
        seller.state.add_message("zhangsan", body, item, order=order)
        clock.pass_by(minutes=1)
    assert titles(seller) == ["Hello", "PO#1330312000", "184942450"]
    assert titles(seller, msgType="001") == ["184942450"]
    assert titles(seller, searchKey="1330312000") == ["PO#1330312000"]
    assert titles(seller, pageSize="2", pageNo="2") == ["184942450"]
    assert titles(seller, pageNo="3") == []
    assert titles(seller, orderType="asc")[0] == "184942450"


def test_only_days_in_which_somebody_wrote_are_looked_at() -> None:
    seller = caller()
    seller.state.add_message("zhangsan", "Old", sent_at=NOW - timedelta(days=3))
    assert titles(seller, beforeDay="2") == []
    assert titles(seller, beforeDay="4") == ["Old"]
    assert (
        seller.turned_away("dh.message.list", beforeDay="367", msgType="001", pageNo="1", pageSize="9")
        == "33"
    )


def test_a_thread_tells_who_wrote_what_and_when() -> None:
    clock = Clock()
    seller = caller(clock)
    topic = seller.state.add_message("zhangsan", "Price for 500?", "184942450", title="Vacuum bottle")
    buyer = seller.ok("dh.message.get", msgId=str(topic))["msgDetailList"][0]["senderId"]
    clock.pass_by(minutes=5)
    answer = seller.ok(
        "dh.message.info.reply", msgId=str(topic), receiverId=buyer, content="USD 3.20 each, 15 days."
    )
    assert answer["msgTopicId"] == str(topic)
    thread = seller.ok("dh.message.get", msgId=str(topic))
    assert (thread["msgType"], thread["param"], thread["msgTitle"]) == ("001", "184942450", "Vacuum bottle")
    assert thread["lastReplyTime"] == "2026-03-10 20:05:00"
    said = [(row["senderNickName"], row["content"], row["createTime"]) for row in thread["msgDetailList"]]
    assert said == [
        ("zhangsan", "Price for 500?", "2026-03-10 20:00:00"),
        ("sandboxfactory", "USD 3.20 each, 15 days.", "2026-03-10 20:05:00"),
    ]
    old = seller.ok("dh.message.detail.get", messageTopicId=str(topic))["message"]
    assert [row["content"] for row in old["messageInfo"]] == ["Price for 500?", "USD 3.20 each, 15 days."]
    assert old["messageInfo"][0]["createtime"] == int(NOW.timestamp()) * 1000
    assert old["messageTopic"]["msgtype"] == 1


def test_a_repeated_reply_is_there_twice() -> None:
    seller = caller()
    topic = seller.state.add_message("zhangsan", "Hello")
    buyer = seller.ok("dh.message.get", msgId=str(topic))["msgDetailList"][0]["senderId"]
    for _time in range(2):
        seller.ok("dh.message.info.reply", msgId=str(topic), receiverId=buyer, content="Hi")
    assert [(each.msg_id, each.body) for each in seller.state.replies()] == [(topic, "Hi")] * 2
    assert len({each.detail_id for each in seller.state.replies()}) == 2


def test_a_reply_goes_to_the_buyer_of_the_thread() -> None:
    seller = caller()
    topic = seller.state.add_message("zhangsan", "Hello")
    stranger = {"receiverId": "0" * 32, "content": "Hi"}
    assert seller.refused("dh.message.info.reply", msgId=str(topic), **stranger) == "error.message.receiver"
    assert seller.refused("dh.message.info.reply", msgId="1", **stranger) == "error.message.not.exist"
    assert seller.state.replies() == []


def test_the_seller_can_begin_about_an_order() -> None:
    seller = caller(orders=some_orders(1))
    order = seller.state.order("1330312000")
    assert order is not None
    letter = {"msgTitle": "PO#1330312000", "reciverId": str(order["buyerId"]), "content": "Shipped"}
    sent = seller.ok("dh.message.send", **letter, sendMsgType="2", param="1330312000")
    assert titles(seller, msgType="002") == ["PO#1330312000"]
    assert seller.state.replies()[0].msg_id == int(sent["msgId"])
    assert seller.turned_away("dh.message.send", **letter, sendMsgType="2") == "33"
    assert seller.refused("dh.message.send", **letter, sendMsgType="3", param="1") == "error.item.not.exist"


@pytest.mark.parametrize(("isread", "found"), [("0", ["Hello"]), ("1", []), ("-1", ["Hello"])])
def test_counts_and_unread_marks(isread: str, found: list[str]) -> None:
    seller = caller()
    seller.state.add_message("zhangsan", "Hello")
    assert titles(seller, isRead=isread) == found
    span = {"startDate": "2026-03-10 00:00:00", "endDate": "2026-03-11 00:00:00"}
    counts = seller.ok("dh.message.count.list", **span)["msgCountList"]
    assert [(row["msgType"], row["msgCount"], row["unReadCount"]) for row in counts] == [
        ("001", 0, 0),
        ("002", 0, 0),
        ("003", 1, 1),
    ]


def test_a_snapshot_tells_the_whole_conversation() -> None:
    seller = caller()
    seller.state.add_message("zhangsan", "Hello")
    topics = seller.platform.snapshot()["topics"]
    assert isinstance(topics, list)
    assert topics[0]["letters"][0]["content"] == "Hello"
