import Secrets
import Testing
import Transport

struct SignatureTests {
  /// RFC 4231, sections 4.2 to 4.8 (section 4.6 truncates and is left out).
  static let vectors: [(key: [UInt8], message: [UInt8], signature: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), [UInt8](repeating: 0xcd, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than "
          + "block-size data. The key needs to be hashed before being used by the HMAC algorithm.")
          .utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]

  @Test(arguments: vectors.indices)
  func `signs like RFC 4231`(_ index: Int) {
    let vector = Self.vectors[index]
    let signer = MessageSigner(key: Secret(consuming: vector.key))
    // Twice, for the context is kept between messages.
    #expect(Hexadecimal.text(signer.signature(of: vector.message)) == vector.signature)
    #expect(Hexadecimal.text(signer.signature(of: vector.message)) == vector.signature)
  }

  @Test func `signs an empty message with an empty key`() {
    let signer = MessageSigner(key: Secret(consuming: []))
    let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    #expect(Hexadecimal.text(signer.signature(of: "")) == expected)
    #expect(Hexadecimal.text(signer.signature(of: [])) == expected)
  }

  @Test func `signs text like its UTF-8 bytes`() {
    let signer = MessageSigner(key: Secret(consuming: Array("Jefe".utf8)))
    let text = "what do ya want for nothing?"
    #expect(signer.signature(of: text) == signer.signature(of: Array(text.utf8)))
  }

  /// RFC 4648, section 10.
  @Test(
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func `encodes base 64 like RFC 4648`(_ plain: String, _ encoded: String) {
    #expect(Base64.text(Array(plain.utf8)) == encoded)
  }

  @Test func `encodes all letters of base 64 and all hexadecimal digits`() {
    #expect(Base64.text([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]) == "++++////")
    #expect(Hexadecimal.text([0x00, 0x19, 0xAF, 0xFF]) == "0019afff")
  }

  @Test func `compares whole byte strings`() {
    #expect(Cryptography.isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!Cryptography.isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!Cryptography.isEqualInConstantTime([1, 2, 3], [1, 2]))
    #expect(Cryptography.isEqualInConstantTime([], []))
  }

  @Test func `random bytes differ`() {
    #expect(Cryptography.randomBytes(0) == [])
    let (first, second) = (Cryptography.randomBytes(32), Cryptography.randomBytes(32))
    #expect(first.count == 32)
    #expect(first != second)
  }
}
