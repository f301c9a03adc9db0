import JSONText
import Testing
import Units

/// Texts that the writer makes.
@Suite struct WriterTests {
  @Test func `writes an order request`() {
    var json = JSONWriter()
    json.beginObject()
    json.member("instId", "BTC-USDT")
    json.member("price", quoted: "94321.5" as Price)
    json.member("size", quoted: "0.1" as Contracts)
    json.member("reduceOnly", false)
    json.key("levels")
    json.beginArray()
    json.number("-0.000000000000000001" as Fixed)
    json.number(12 as Contracts)
    json.null()
    json.beginArray()
    json.endArray()
    json.endArray()
    json.member("leverage", 3 as Leverage)
    json.member("ts", 1_763_200_000_113)
    json.key("seq")
    json.quoted(UInt64.max)
    json.endObject()
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #"{"instId":"BTC-USDT","price":"94321.5","size":"0.1","reduceOnly":false,"levels":"#
        + #"[-0.000000000000000001,12,null,[]],"leverage":3,"ts":1763200000113,"#
        + #""seq":"18446744073709551615"}"#)
  }

  @Test func `a writer that is reset starts anew and grows as needed`() {
    var json = JSONWriter(capacity: 0)
    for count in [0, 1, 10, 1_000, 3] {
      json.reset()
      json.beginArray()
      for _ in 0..<count { json.boolean(true) }
      json.endArray()
      let inner = Array(repeating: "true", count: count).joined(separator: ",")
      #expect(String(decoding: json.bytes, as: UTF8.self) == "[\(inner)]")
    }
  }

  @Test func `escapes what must be escaped and nothing else`() {
    var json = JSONWriter()
    json.string("a\"b\\c/\u{0}\u{1F}\n\r\t\u{7F}é😹")
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #""a\"b\\c/\u0000\u001f\n\r\t"# + "\u{7F}é😹\"")
  }

  @Test func `every character reads back as it was written`() throws {
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 1)
    where value < 0x500 || value % 97 == 0 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "x\(Character(scalar))y"
      var json = JSONWriter()
      json.string(text)
      let back = try JSONScanner.read(json.bytes) { (json) throws(JSONProblem) in try json.text() }
      #expect(back == text, "U+\(String(value, radix: 16))")
    }
  }
}
