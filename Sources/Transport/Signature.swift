import COpenSSL
import Secrets

/// Signs messages with one key: HMAC-SHA256 (RFC 2104) with a context that keeps the key ready.
///
/// A signature costs a quarter of one made with a new context. Not for use from two threads at
/// once.
public nonisolated final class MessageSigner {
  private let context: OpaquePointer

  /// The number of bytes of a signature.
  public static let signatureSize = 32

  /// Makes a signer; the key's bytes are copied into the context, which wipes them at its end.
  public init(key: Secret) {
    guard let algorithm = EVP_MAC_fetch(nil, OSSL_MAC_NAME_HMAC, nil),
      let context = EVP_MAC_CTX_new(algorithm)
    else { preconditionFailure("libcrypto has no HMAC") }
    EVP_MAC_free(algorithm)
    self.context = context
    let result = key.withBytes { bytes in
      // An empty key is a valid one, but a null pointer would mean "the key from before".
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { nothing in
        Self.initialize(
          context,
          key: bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            ?? .init(nothing.baseAddress!),
          bytes.count)
      }
    }
    precondition(result == 1, "libcrypto refuses the key")
  }

  /// Hands a key to the context. The parameters keep the addresses of both texts, not the texts,
  /// so these must live until the call is over.
  private static func initialize(
    _ context: OpaquePointer, key: UnsafePointer<UInt8>, _ count: Int
  ) -> Int32 {
    OSSL_MAC_PARAM_DIGEST.withCString { name in
      var digest = Array("SHA256".utf8CString)
      return digest.withUnsafeMutableBufferPointer { digest in
        var parameters = [
          OSSL_PARAM_construct_utf8_string(name, digest.baseAddress, 0),
          OSSL_PARAM_construct_end(),
        ]
        return EVP_MAC_init(context, key, count, &parameters)
      }
    }
  }

  deinit {
    EVP_MAC_CTX_free(context)
  }

  /// Returns the signature of a message: 32 bytes.
  public func signature(of message: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.signatureSize) { room, count in
      let bytes = message.assumingMemoryBound(to: UInt8.self)
      let isDone =
        EVP_MAC_init(context, nil, 0, nil) == 1
        && EVP_MAC_update(context, bytes.baseAddress, bytes.count) == 1
        && EVP_MAC_final(context, room.baseAddress, &count, room.count) == 1
      precondition(isDone && count == Self.signatureSize, "libcrypto failed to sign")
    }
  }

  /// Returns the signature of a message: 32 bytes.
  public func signature(of message: [UInt8]) -> [UInt8] {
    message.withUnsafeBytes { signature(of: $0) }
  }

  /// Returns the signature of a text's UTF-8 bytes: 32 bytes.
  public func signature(of message: String) -> [UInt8] {
    var message = message
    return message.withUTF8 { signature(of: UnsafeRawBufferPointer($0)) }
  }
}

/// Random bytes, digests and comparisons that keep secrets.
public nonisolated enum Cryptography {
  /// Returns random bytes fit for keys and nonces.
  public static func randomBytes(_ count: Int) -> [UInt8] {
    precondition(count >= 0, "a count is not negative")
    return [UInt8](unsafeUninitializedCapacity: count) { room, filled in
      guard count > 0 else { return }
      precondition(RAND_bytes(room.baseAddress, Int32(count)) == 1, "no random bytes to be had")
      filled = count
    }
  }

  /// Fills a place with random bytes.
  static func fillRandomly(_ place: UnsafeMutableRawBufferPointer) {
    let bytes = place.assumingMemoryBound(to: UInt8.self)
    precondition(RAND_bytes(bytes.baseAddress, Int32(bytes.count)) == 1, "no random bytes")
  }

  /// Returns the SHA-1 digest, 20 bytes; for the WebSocket handshake, which asks for it.
  static func sha1(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA_DIGEST_LENGTH)) { room, count in
      SHA1(bytes, bytes.count, room.baseAddress)
      count = Int(SHA_DIGEST_LENGTH)
    }
  }

  /// Whether two byte strings are equal, in a time that tells nothing of where they differ.
  ///
  /// Lengths are not kept secret.
  public static func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
