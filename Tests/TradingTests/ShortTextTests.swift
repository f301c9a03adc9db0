import Testing
import Trading

@Suite struct `Short texts` {
  private static let longest = "12345678901234567890123456789012"

  @Test(arguments: [
    "", "a", "BTC-USDT", "12345678", "123456789", "1234567890123456", "12345678901234567",
    "币安人生-USDT", "1000000BABYDOGE-USDT", longest,
  ])
  func `a text comes back as it was taken`(_ text: String) {
    #expect(ShortText(text)?.text == text)
    #expect(ShortText(text)?.count == text.utf8.count)
  }

  @Test(arguments: [longest + "3", "币安人生币安人生币安人生", "a\0", "\0"])
  func `what does not fit is refused, not cut`(_ text: String) {
    #expect(ShortText(text) == nil)
    #expect(InstrumentID(text) == nil)
    #expect(ExchangeOrderID(text) == nil)
  }

  @Test func `texts compare byte by byte`() {
    let sorted = [
      "", "1", "10", "12345678", "123456780", "2", "A", "BTC", "BTC-USDT", "a", "é",
      "币安人生-USDT",
    ]
    #expect(sorted.reversed().compactMap { ShortText($0) }.sorted().map(\.text) == sorted)
  }

  @Test(arguments: [0, 9, 10, 1_000_147_281_717, UInt64.max])
  func `a number is written in its digits`(_ number: UInt64) {
    #expect(ShortText(number).text == String(number))
  }

  @Test func `equal texts have equal hashes, others differ`() {
    let names: Set<ClientOrderID> = ["a", "b", "a", "abcdefghi", "abcdefghj", "abcdefghi"]
    #expect(names.count == 4)
  }
}
