import Secrets
import Testing

/// A value that holds a secret, as settings and credentials do.
private struct Holder {
  let name = "main"
  let key: Secret
  let others: [Secret?]
}

private let canary = "CANARY-4f9a"

private func canarySecret() -> Secret { Secret(consuming: Array(canary.utf8)) }

@Test func `S06 every way of showing a secret gives the same word`() {
  let secret = canarySecret()
  var dumped = ""
  dump(secret, to: &dumped)
  var printed = ""
  print(secret, secret as Any, Optional(secret) as Any, to: &printed)
  #expect("\(secret)" == "<secret>")
  #expect(String(describing: secret) == "<secret>")
  #expect(String(reflecting: secret) == "<secret>")
  #expect(dumped == "- <secret> #0\n")
  #expect(printed == "<secret> <secret> Optional(<secret>)\n")
  #expect(Mirror(reflecting: secret).children.isEmpty)
  #expect(Mirror(reflecting: secret).superclassMirror == nil)
}

@Test func `S06 a value that holds secrets does not show them either`() {
  let holder = Holder(key: canarySecret(), others: [canarySecret(), nil])
  var text = "\(holder)\n" + String(reflecting: holder)
  dump(holder, to: &text)
  #expect(!text.contains("CANARY"))
  #expect(!text.contains("4f9a"))
  #expect(text.contains("<secret>"))
}

@Test func `S06 a secret cannot be encoded or compared`() {
  let secret: Any = canarySecret()
  #expect(!(secret is any Encodable))
  #expect(!(secret is any Equatable))
}

@Test func `lends exactly the bytes it was given`() {
  let bytes = canarySecret().withBytes { Array($0) }
  #expect(bytes == Array(canary.utf8))
  #expect(Secret(consuming: []).withBytes { $0.count } == 0)
  #expect(Secret(consuming: []).isEmpty)
  #expect(!canarySecret().isEmpty)
}

@Test func `a copy does not touch the original`() {
  let original: [UInt8] = [1, 2, 3]
  let secret = original.withUnsafeBytes { Secret(copying: $0) }
  #expect(original == [1, 2, 3])
  #expect(secret.withBytes { Array($0) } == [1, 2, 3])
}

@Test func `consuming an array that is also held elsewhere leaves the other copy alone`() {
  let held: [UInt8] = [7, 8, 9]
  let secret = Secret(consuming: held)
  #expect(held == [7, 8, 9])
  #expect(secret.withBytes { Array($0) } == [7, 8, 9])
}
