"""Prepares quotes to be confirmed, each of another plan: confirmations.py BASE_URL FILE

Writes a line for each: the dreamer's access token, a tab, the path to confirm it.
"""

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

DREAMERS = 20
PLANS_EACH = 150
PLAN = {
    "title": "A day of markets",
    "tripDate": "2031-05-06",
    "tripType": "FOOD_TOUR",
    "serviceArea": "SEOUL",
    "details": "Street food, please",
}


def post(base_url, path, body, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(base_url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def sign_up(base_url, role, number, profile):
    user = {
        "role": role,
        "nickName": f"{role.lower()}{number}b",
        "email": f"bench-{role.lower()}{number}@goforme.example",
        "password": "goforme-bench",
        "phoneNumber": "010-1234-5678",
    }
    post(base_url, "/auth/signup", {"user": user, "profile": profile})
    login = {"email": user["email"], "password": user["password"]}
    return post(base_url, "/auth/login", login)["accessToken"]


def prepare(base_url, number, maker):
    profile = {"image": "DEFAULT_1", "tripTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"]}
    dreamer = sign_up(base_url, "DREAMER", number, profile)
    order = {"paymentId": f"confirm-{number}", "orderName": "Coconuts", "amount": 1000000}
    payment = post(base_url, "/payments", order | {"method": "CARD", "currency": "KRW"}, dreamer)
    post(base_url, "/payments/complete", {"paymentId": payment["id"]}, dreamer)
    for _ in range(PLANS_EACH):
        plan = post(base_url, "/plans", PLAN, dreamer)
        quote = post(base_url, f"/plans/{plan['id']}/quotes", {"price": 10, "content": "Three markets"}, maker)
        yield f"{dreamer}\t/quotes/{quote['id']}/confirm\n"


def main(base_url, file):
    profile = {"image": "DEFAULT_2", "serviceTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"]}
    profile |= {"gallery": "g", "description": "d", "detailDescription": "d"}
    makers = [sign_up(base_url, "MAKER", number, profile) for number in range(4)]
    with ThreadPoolExecutor(8) as threads, open(file, "w", encoding="utf-8") as output:
        lists = threads.map(lambda number: list(prepare(base_url, number, makers[number % len(makers)])), range(DREAMERS))
        # One of each dreamer in turn: they don't wait for each other's balance.
        output.writelines(line for lines in zip(*lists) for line in lines)


main(*sys.argv[1:])
