"""Writes one file of requests for each route that reads, for wrk.lua: routes.py BASE_URL FOLDER

Logs demo users in and looks up what they have, so that everybody asks for things of their own.
"""

import json
import os
import sys
import urllib.parse
import urllib.request

USERS = 20
PASSWORD = "goforme-demo"
AREAS = (
    "SEOUL BUSAN INCHEON DAEGU DAEJEON GWANGJU ULSAN SEJONG GYEONGGI GANGWON CHUNGBUK CHUNGNAM JEONBUK "
    "JEONNAM GYEONGBUK GYEONGNAM JEJU"
).split()
GUEST = "-"
# The smallest file that passes for a picture by its first bytes.
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


class Api:
    def __init__(self, base_url):
        self.base_url = base_url

    def call(self, path, token=GUEST, data=None, content_type="application/json"):
        headers = {} if token == GUEST else {"Authorization": f"Bearer {token}"}
        if data is not None:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(self.base_url + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def post(self, path, body, token=GUEST):
        return self.call(path, token, json.dumps(body).encode())

    def log_in(self, email):
        return self.post("/auth/login", {"email": email, "password": PASSWORD})["accessToken"]

    def upload(self, room, token):
        """The id of a message with a picture."""
        mark = "a-line-between-parts"
        parts = (
            f'--{mark}\r\nContent-Disposition: form-data; name="type"\r\n\r\nIMAGE\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        body = parts + PICTURE + f"\r\n--{mark}--\r\n".encode()
        return self.call(f"/chatRooms/{room}/chats", token, body, f"multipart/form-data; boundary={mark}")["id"]


def of_guests(api):
    makers = [maker["id"] for maker in api.call("/users/makers?pageSize=100")["list"]]
    names = ("서울", "guide", "여우", "Busan")
    orders = ("REVIEWS", "RATINGS", "CONFIRMS")
    yield "GET /health/live", [(GUEST, "/health/live")]
    yield "GET /users/makers", [
        (GUEST, f"/users/makers?orderBy={order}&serviceArea={area}") for order in orders for area in AREAS
    ] + [(GUEST, f"/users/makers?orderBy={order}") for order in orders]
    yield "GET /users/makers?keyword=…", [(GUEST, f"/users/makers?keyword={quoted(name)}") for name in names]
    yield "GET /users/maker/{makerId}", [(GUEST, f"/users/maker/{maker}") for maker in makers]
    yield "GET /plans/groupCount", [(GUEST, f"/plans/groupCount?serviceArea={area}") for area in AREAS] + [
        (GUEST, "/plans/groupCount")
    ]
    yield "GET /reviews/{makerId}", [(GUEST, f"/reviews/{maker}") for maker in makers]


def of_dreamers(api, dreamers):
    plans, quotes, payments = [], [], []
    for number, token in enumerate(dreamers):
        for plan in api.call("/plans/dreamer?pageSize=5", token)["list"]:
            plans.append((token, plan["id"]))
            offered = api.call(f"/plans/{plan['id']}/quotes?pageSize=100", token)["list"]
            quotes += [(token, quote["id"]) for quote in offered]
        order = {"paymentId": f"bench-{number}", "orderName": "Coconuts", "amount": 10000}
        order |= {"method": "CARD", "currency": "KRW"}
        payments.append((token, api.post("/payments", order, token)["id"]))
    lists = ("", "?status=PENDING&status=CONFIRMED", "?reviewed=true", "?reviewed=false", "?readyToComplete=true")
    yield "GET /plans/dreamer", [(token, f"/plans/dreamer{query}") for query in lists for token in dreamers]
    yield "GET /plans/{id}", [(token, f"/plans/{plan}") for token, plan in plans]
    yield "GET /plans/{planId}/quotes", [(token, f"/plans/{plan}/quotes") for token, plan in plans]
    yield "GET /quotes/{id}", [(token, f"/quotes/{quote}") for token, quote in quotes]
    yield "GET /payments/{id}", [(token, f"/payments/{payment}") for token, payment in payments]
    for path in ("/users/following", "/reviews/me"):
        yield f"GET {path}", [(token, path) for token in dreamers]


def of_makers(_, makers):
    lists = ("", "?orderBy=SCHEDULE_FIRST", "?isAssigned=true", "?tripType=SHOPPING&tripType=CULTURE")
    yield "GET /plans/maker", [(token, f"/plans/maker{query}") for query in lists for token in makers]
    yield "GET /plans/maker?keyword=…", [
        (token, f"/plans/maker?keyword={quoted(word)}") for word in ("여행", "market") for token in makers
    ]
    for is_sent in ("true", "false"):
        yield f"GET /quotes?isSent={is_sent}", [(token, f"/quotes?isSent={is_sent}") for token in makers]


def of_both(api, users):
    rooms, files = [], []
    for token in users:
        # The active rooms are asked for a place to put a picture in.
        for room in api.call("/chatRooms?pageSize=20", token)["list"]:
            rooms.append((token, room["id"]))
            if room["isActive"]:
                files.append((token, api.upload(room["id"], token)))
    for path in ("/users/me", "/profile", "/coconuts", "/notifications", "/notifications?page=1&pageSize=10", "/chatRooms"):
        yield f"GET {path}", [(token, path) for token in users]
    yield "GET /chatRooms/{id}", [(token, f"/chatRooms/{room}") for token, room in rooms]
    yield "GET /chatRooms/{id}/chats", [(token, f"/chatRooms/{room}/chats") for token, room in rooms]
    yield "GET /chats/{id}/downloadFile", [(token, f"/chats/{file}/downloadFile") for token, file in files]


def quoted(text):
    return urllib.parse.quote(text)


def main(base_url, folder):
    api = Api(base_url)
    logged_in = {
        role: [api.log_in(f"{role}{number}@goforme.example") for number in range(1, USERS // 2 + 1)]
        for role in ("dreamer", "maker")
    }
    dreamers, makers = logged_in["dreamer"], logged_in["maker"]
    routes = [*of_guests(api), *of_both(api, dreamers + makers), *of_dreamers(api, dreamers), *of_makers(api, makers)]
    for number, (name, requests) in enumerate(routes):
        with open(os.path.join(folder, f"{number:02}"), "w", encoding="utf-8") as file:
            file.write(f"{name}\n")
            file.writelines(f"{token}\t{path}\n" for token, path in requests)


main(*sys.argv[1:])
