//! Nonsense that is the same in every run.

/// Bits of what clients of `/ws` say.
pub const OF_WS: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"op\":",
    "\"send\"",
    "\"hello\"",
    "\"history\"",
    "\"ping\"",
    "\"auth\"",
    "\"read\"",
    "\"typing\"",
    "\"ref\":",
    "\"roomId\":",
    "\"00000000-0000-4000-8000-000000000001\"",
    "\"seq\":",
    "\"token\":",
    "\"limit\":",
    "\"type\":\"TEXT\"",
    "\"content\":",
    "null",
    "1e999",
    "-1",
    "9223372036854775808",
    "\\ud800",
    "\0",
    "한",
];

/// Bits of what clients of `/socket.io/` say.
pub const OF_SOCKET_IO: [&str; 27] = [
    "",
    "4",
    "40",
    "41",
    "42",
    "43",
    "44",
    "451-",
    "4510-",
    "461-",
    "4999",
    "/a,",
    "0",
    "17",
    "[",
    "]",
    "{",
    "}",
    "\"ClientToServerMessage\"",
    ",",
    "null",
    "{\"chatRoomId\":\"x\"}",
    "é\u{1e}",
    "b",
    "\\u0000",
    "-",
    "\0",
];

/// A source of numbers that look random.
pub struct Noise(u32);

impl Noise {
    /// The numbers that belong to this seed.
    pub const fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// A number below this one.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(self.0 >> 8).unwrap() % end
    }

    /// One of these.
    pub fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Fewer than so many bytes.
    pub fn bytes(&mut self, end: usize) -> Vec<u8> {
        (0..self.below(end)).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }

    /// Up to so many of these bits, in a row.
    pub fn text(&mut self, bits: &[&str], most: usize) -> String {
        (0..=self.below(most)).map(|_| self.one_of(bits)).collect()
    }
}
