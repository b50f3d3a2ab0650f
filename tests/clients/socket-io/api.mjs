// The fixtures of these tests: people, and a room that two of them share, made over HTTP like by
// everybody else.

let count = 0;

/** Answers what is asked of the API; fails for anything but success. */
async function call(base, method, path, token, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export const get = (base, path, token) => call(base, "GET", path, token);
export const post = (base, path, token, body) => call(base, "POST", path, token, body);
export const patch = (base, path, token, body) => call(base, "PATCH", path, token, body);

/** Somebody who has signed up and logged in: `{ id, token, email, password }`. */
async function signUp(base, role, profile) {
  const name = `${role.toLowerCase()}-${process.pid}-${(count += 1)}`;
  const [email, password] = [`${name}@example.com`, "correct horse"];
  const user = { role, nickName: name.slice(-20), email, password, phoneNumber: "010-1234-5678" };
  await post(base, "/auth/signup", undefined, { user, profile });
  return { ...(await logIn(base, { email, password })), email, password };
}

export async function logIn(base, { email, password }) {
  const { accessToken: token } = await post(base, "/auth/login", undefined, { email, password });
  return { token, id: (await get(base, "/users/me", token)).id };
}

/** A confirmed trip: `{ dreamer, maker, room }`. */
export async function aRoom(base) {
  const dreamer = await signUp(base, "DREAMER", {
    image: "DEFAULT_1",
    tripTypes: ["FOOD_TOUR"],
    serviceArea: ["SEOUL"],
  });
  const maker = await signUp(base, "MAKER", {
    image: "DEFAULT_2",
    serviceTypes: ["FOOD_TOUR"],
    serviceArea: ["SEOUL"],
    gallery: "https://example.com/gallery",
    description: "Markets and alleys",
    detailDescription: "Half a day on foot.",
  });
  const { id: paymentId } = await post(base, "/payments", dreamer.token, {
    paymentId: `socket-io-${process.pid}-${(count += 1)}`,
    orderName: "100 coconuts",
    amount: 10_000,
    method: "CARD",
    currency: "KRW",
  });
  await post(base, "/payments/complete", dreamer.token, { paymentId });
  const plan = await post(base, "/plans", dreamer.token, {
    title: "Markets of the old town",
    tripDate: "2099-05-06",
    tripType: "FOOD_TOUR",
    serviceArea: "SEOUL",
    details: "We eat everything.",
  });
  const quote = await post(base, `/plans/${plan.id}/quotes`, maker.token, { price: 100, content: "I know a place." });
  await patch(base, `/quotes/${quote.id}/confirm`, dreamer.token, { isConfirmed: true });
  const room = await eventually("the room opens", async () => {
    const { list } = await get(base, "/chatRooms", dreamer.token);
    return list.find(({ planId }) => planId === plan.id)?.id;
  });
  return { dreamer, maker, room };
}

/** What `look` finds, as soon as it finds something. */
export async function eventually(what, look) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
