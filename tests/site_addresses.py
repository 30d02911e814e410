"""Addresses and the documents they belong to: the same before the local server and before the CDN."""

ADDRESSES = (
    ("/", "/index.html"),
    ("/exams/exam_1", "/index.html"),
    ("/phonebook", "/index.html"),
    ("/phone", "/phone.html"),
    ("/phone/", "/phone.html"),
    ("/staff/exams/exam_1/board", "/staff.html"),
    ("/assets/client-Db2Lnw8E.css", "/assets/client-Db2Lnw8E.css"),
    ("/config.json", "/config.json"),
    ("/favicon.svg", "/favicon.svg"),
)
