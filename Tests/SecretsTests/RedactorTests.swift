import Foundation
import Secrets
import Testing

private let canary = "CANARY-4f/9+Zq~secret=77"
private let redactor = Redactor([Secret(consuming: Array(canary.utf8))])

@Test func `S04 a secret is taken out in every form`() throws {
  let data = Data(canary.utf8)
  let hex = data.map { String(format: "%02x", $0) }.joined()
  let allowed = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
  let inAddress = try #require(canary.addingPercentEncoding(withAllowedCharacters: allowed))
  for form in [canary, hex, hex.uppercased(), inAddress] {
    #expect(redactor.clean("a \(form) b") == "a <secret> b")
  }
}

@Test(arguments: 0..<6)
func `S04 in base64 nothing readable is left, wherever the secret begins`(offset: Int) throws {
  let prefix = String(repeating: "x", count: offset)
  let text = Data((prefix + canary + "tail").utf8).base64EncodedString()
  let left = redactor.clean(text).split(separator: "<secret>").map(String.init)
  #expect(redactor.clean(text) != text)
  for part in left {
    let padded = part + String(repeating: "=", count: (4 - part.count % 4) % 4)
    let decoded = Data(base64Encoded: padded).map { String(decoding: $0, as: UTF8.self) } ?? ""
    #expect(!decoded.contains("secret") && !decoded.contains("CANARY-4f"))
  }
}

@Test func `other texts stay as they are, and short secrets are not looked for`() {
  #expect(redactor.clean("CANARY is a bird") == "CANARY is a bird")
  #expect(Redactor([Secret(consuming: Array("abc".utf8))]).clean("abcdef") == "abcdef")
  #expect(Redactor([]).clean("text") == "text")
}
