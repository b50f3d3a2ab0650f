"""Signs up a user over HTTP and prints an access token of theirs: sign_up.py BASE_URL DREAMER|MAKER"""

import json
import sys
import urllib.request

PROFILES = {
    "DREAMER": {"image": "DEFAULT_1", "tripTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"]},
    "MAKER": {
        "image": "DEFAULT_2",
        "serviceTypes": ["FOOD_TOUR"],
        "serviceArea": ["SEOUL"],
        "gallery": "https://example.com/gallery",
        "description": "Markets and alleys",
        "detailDescription": "Half a day on foot through the old markets.",
    },
}


def post(url, body):
    """The JSON answer to a POST, or None if there is none; anything but success is an exception."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def main(base_url, role):
    email, password = f"fuzzing-{role.lower()}@example.com", "correct horse"
    user = {
        "role": role,
        "nickName": f"fuzzing {role.lower()}",
        "email": email,
        "password": password,
        "phoneNumber": "01012345678",
    }
    post(f"{base_url}/auth/signup", {"user": user, "profile": PROFILES[role]})
    print(post(f"{base_url}/auth/login", {"email": email, "password": password})["accessToken"])


if __name__ == "__main__":
    main(*sys.argv[1:])
