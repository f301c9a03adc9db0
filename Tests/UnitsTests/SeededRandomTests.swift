import TestSupport
import Testing
import Units

/// The seeded sequence and the stable digest.
@Suite struct SeededRandomTests {
  @Test func `draws the published sequence of SplitMix64`() {
    // Source: Rosetta Code, "Pseudo-random numbers/Splitmix64", and xoshiro's splitmix64.c.
    var known = SeededRandom(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in known.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
    var zero = SeededRandom(seed: 0)
    #expect(
      (0..<3).map { _ in zero.next() } == [
        0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
      ])
    #expect(known.seed == 1_234_567)
  }

  @Test(arguments: Seeds.first(20))
  func `bounded draws stay in their bounds and reach both ends`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let below = (0..<500).map { _ in random.below(7) }
    #expect(Set(below) == Set(0..<7))
    let within = (0..<500).map { _ in random.within(-3...3) }
    #expect(Set(within) == Set(-3...3))
    #expect((0..<50).allSatisfy { _ in random.below(1) == 0 })
    #expect((0..<50).allSatisfy { _ in random.oneIn(1) })
  }

  @Test func `a split sequence is fixed by the seed and unlike its parent`() {
    var first = SeededRandom(seed: 9)
    var second = SeededRandom(seed: 9)
    var child = first.split()
    var sameChild = second.split()
    #expect(child == sameChild)
    #expect(first == second)
    #expect((0..<9).map { _ in child.next() } != (0..<9).map { _ in first.next() })
    _ = sameChild.next()
  }

  @Test func `a bound of zero stops the program`() async {
    await #expect(processExitsWith: .failure) {
      var random = SeededRandom(seed: 1)
      _ = random.below(0)
    }
  }
}

/// The digest that proves two runs equal.
@Suite struct StableHasherTests {
  // Worked out from the definition outside this program.
  @Test(
    arguments: [
      ("nothing", 0xDEE1_D5C0_B510_7A8E), ("one", 0xAA33_56BD_FC1A_BD04),
      ("minus one", 0x9D04_247E_4F64_FFF6), ("true", 0xAA33_56BD_FC1A_BD04),
      ("fixed", 0x9FDE_9813_DA75_D430), ("text", 0x9AD5_69F9_30F9_1F0B),
      ("long text", 0xD845_0191_7DDA_3567), ("nil", 0x2CBA_D3EC_1910_C155),
      ("some", 0xE708_C0FD_84E1_15D0), ("time", 0x3296_1908_93F7_02E6),
    ] as [(String, UInt64)])
  func `is the same in every process and version`(_ what: String, _ digest: UInt64) {
    var hasher = StableHasher()
    switch what {
    case "one": hasher.combine(1)
    case "minus one": hasher.combine(Int64(-1))
    case "true": hasher.combine(true)
    case "fixed": hasher.combine("-1.5" as Fixed)
    case "text": hasher.combine("BTC-USDT")
    case "long text": hasher.combine("a longer text with é")
    case "nil": hasher.combine(Price?.none)
    case "some": hasher.combine(Price?.some(2))
    case "time": hasher.combine(Timestamp(milliseconds: 1_763_200_000_113))
    default: #expect(what == "nothing")
    }
    #expect(hasher.value == digest)
  }

  @Test func `tells order, division and absence apart`() {
    func digest(_ body: (inout StableHasher) -> Void) -> UInt64 {
      var hasher = StableHasher()
      body(&hasher)
      return hasher.value
    }
    // The types at a place are known, so only values of one type at one place must differ.
    let groups: [[UInt64]] = [
      [
        digest { _ in }, digest { $0.combine(0) },
        digest {
          $0.combine(1)
          $0.combine(2)
        },
        digest {
          $0.combine(2)
          $0.combine(1)
        },
      ],
      [
        digest {
          $0.combine("ab")
          $0.combine("c")
        },
        digest {
          $0.combine("a")
          $0.combine("bc")
        },
        digest {
          $0.combine("abc")
          $0.combine("")
        },
      ],
      ["", "\u{0}", "a", "abcdefgh", "abcdefgh\u{0}", "abcdefghi"].map { text in
        digest { $0.combine(text) }
      },
      [Price?.none, 0, 1, "0.000000000000000001", -1].map { price in
        digest { $0.combine(price) }
      },
    ]
    for digests in groups { #expect(Set(digests).count == digests.count) }
  }

  @Test(arguments: Seeds.first(20))
  func `one changed bit changes the digest`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let words = (0..<20).map { _ in random.next() }
    func digest(_ words: [UInt64]) -> UInt64 {
      var hasher = StableHasher()
      for word in words { hasher.combine(word) }
      return hasher.value
    }
    for _ in 0..<50 {
      var changed = words
      changed[random.below(words.count)] ^= 1 << UInt64(random.below(64))
      #expect(digest(changed) != digest(words))
    }
  }
}
