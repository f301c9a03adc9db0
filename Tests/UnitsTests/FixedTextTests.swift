import TestSupport
import Testing
import Units

/// Numbers from text and back.
@Suite struct FixedTextTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("0.0", 0), ("-0.000", 0), ("1", 1_000_000_000_000_000_000),
      ("-1", -1_000_000_000_000_000_000), ("0.1", 100_000_000_000_000_000),
      ("10", 10_000_000_000_000_000_000), ("12345678", 12_345_678_000_000_000_000_000_000),
      ("0.000000000000000001", 1), ("-0.000000000000000001", -1),
      ("0.00000001", 10_000_000_000), ("1.10", 1_100_000_000_000_000_000),
      ("0.100000000000000000000000000000", 100_000_000_000_000_000),
      ("123456789.987654321", 123_456_789_987_654_321_000_000_000),
      ("99999999.99999999", 99_999_999_999_999_990_000_000_000),
      ("999999999999999999.999999999999999999", 999_999_999_999_999_999_999_999_999_999_999_999),
      ("1000000000000000000", 1_000_000_000_000_000_000_000_000_000_000_000_000),
      ("9999999999999999999", 9_999_999_999_999_999_999_000_000_000_000_000_000),
      ("18446744073709551616", 18_446_744_073_709_551_616_000_000_000_000_000_000),
      ("170141183460469231731.687303715884105727", Int128.max),
      ("-170141183460469231731.687303715884105727", -Int128.max),
    ] as [(String, Int128)])
  func `reads a plain decimal number exactly`(_ text: String, _ raw: Int128) throws {
    #expect(try Fixed(text) == Fixed(raw: raw))
  }

  @Test(
    arguments: [
      ("", .empty), (" ", .malformed(at: 0)), (" 1", .malformed(at: 0)), ("1 ", .malformed(at: 1)),
      ("+1", .malformed(at: 0)), ("-", .malformed(at: 1)), ("--1", .malformed(at: 1)),
      (".5", .malformed(at: 0)), ("-.5", .malformed(at: 1)), ("5.", .malformed(at: 2)),
      ("01", .malformed(at: 1)), ("00", .malformed(at: 1)), ("-01", .malformed(at: 2)),
      ("1,000", .malformed(at: 1)), ("1_000", .malformed(at: 1)), ("1.5.2", .malformed(at: 3)),
      ("1e5", .malformed(at: 1)), ("1E5", .malformed(at: 1)), ("1e400", .malformed(at: 1)),
      ("0x10", .malformed(at: 1)), ("NaN", .malformed(at: 0)), ("nan", .malformed(at: 0)),
      ("Infinity", .malformed(at: 0)), ("inf", .malformed(at: 0)), ("12abc", .malformed(at: 2)),
      ("１", .malformed(at: 0)), ("1\u{0}", .malformed(at: 1)), ("1\n", .malformed(at: 1)),
      ("0.1234567890123456789", .tooManyPlaces), ("1.0000000000000000001", .tooManyPlaces),
      ("1.0000000000000000001x", .malformed(at: 21)),
      ("1.00000000000000000000x", .malformed(at: 22)),
      ("170141183460469231731.687303715884105728", .outOfRange),
      ("-170141183460469231731.687303715884105728", .outOfRange),
      ("170141183460469231732", .outOfRange), ("1000000000000000000000", .outOfRange),
      ("340282366920938463463", .outOfRange), ("18446744073709551616000", .outOfRange),
      ("999999999999999999999999999999999999999999999999999999999999", .outOfRange),
      ("999999999999999999999999999999x", .malformed(at: 30)),
    ] as [(String, NumberProblem)])
  func `refuses everything else and says why (B07)`(_ text: String, _ problem: NumberProblem) {
    #expect(throws: problem) { try Fixed(text) }
  }

  @Test func `a number in the middle of other bytes is never touched beyond its end`() throws {
    // Every length and every offset, so that the word-wise path meets the end of the buffer.
    for whole in ["0", "7", "12", "12345678", "123456789012", "12345678901234567890"] {
      for fraction in ["", ".5", ".12345678", ".123456789012345678"] {
        let text = Array((whole + fraction).utf8)
        let padded = Array("99999999".utf8) + text + Array("99999999".utf8)
        let expected = try Fixed(whole + fraction)
        let found = try padded.withUnsafeBytes { bytes in
          try Fixed(ascii: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + text.count]))
        }
        #expect(found == expected, "\(whole)\(fraction)")
      }
    }
  }

  @Test func `a prefix stops at the first byte that cannot continue the number`() {
    for (text, end, number) in [
      ("12,5", 2, "12"), ("1.5\"", 3, "1.5"), ("-3]", 2, "-3"), ("0x10", 1, "0"), ("7e9", 1, "7"),
    ] as [(String, Int, Fixed)] {
      let prefix = Array(text.utf8).withUnsafeBufferPointer { bytes in
        FixedPrefix(bytes.baseAddress!, count: bytes.count, from: 0)
      }
      #expect(prefix.status == .complete, "\(text)")
      #expect(prefix.end == end, "\(text)")
      #expect(prefix.number == number, "\(text)")
    }
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("1.50", "1.5"), ("100", "100"), ("0.10", "0.1"),
    ("-0.000000000000000001", "-0.000000000000000001"), ("1000000000", "1000000000"),
    ("0.000000001", "0.000000001"), ("0.0000000001", "0.0000000001"), ("-7.25", "-7.25"),
    ("20000000000000000000.5", "20000000000000000000.5"),
    ("100000000000000000000.000000000000000001", "100000000000000000000.000000000000000001"),
  ])
  func `prints the shortest exact text`(_ text: String, _ printed: String) throws {
    #expect(try Fixed(text).description == printed)
  }

  @Test(arguments: Seeds.first(200))
  func `what is printed reads back as the same number`(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let number = Operands.draw(&random)
      #expect(try Fixed(number.description) == number)
      for places in [0, 1, 8, 18] {
        var bytes: [UInt8] = []
        number.append(to: &bytes, minimumPlaces: places)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(try Fixed(text) == number)
        let decimals = text.split(separator: ".", omittingEmptySubsequences: false)
        #expect(decimals.count == 1 ? places == 0 : decimals[1].utf8.count >= places, "\(text)")
        #expect(Reference.text(number, minimumPlaces: places) == text)
      }
    }
  }

  @Test func `shows exactly the decimals that are asked for, rounded as named`() {
    let price: Fixed = "94321.55"
    #expect(price.text(places: 1, .down) == "94321.5")
    #expect(price.text(places: 1, .up) == "94321.6")
    #expect(price.text(places: 0, .nearestOrEven) == "94322")
    #expect(price.text(places: 4, .down) == "94321.5500")
    #expect(("-0.04" as Fixed).text(places: 1, .towardZero) == "0.0")
    #expect(("-0.04" as Fixed).text(places: 1, .awayFromZero) == "-0.1")
    #expect(("0.000000000000000001" as Fixed).text(places: 18, .down) == "0.000000000000000001")
  }

  @Test func `a loss is told no smaller with its sign than without`() {
    #expect(("-9.381" as Fixed).resultText() == "-9.39")
    #expect(("9.381" as Fixed).costText() == "9.39")
    #expect(("9.389" as Fixed).resultText() == "9.38")
    #expect(("-10.3" as Fixed).resultText() == "-10.30")
    #expect(Fixed.zero.resultText() == "0.00")
  }

  @Test func `a malformed number in the source stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = "1,000" as Price }
  }
}
