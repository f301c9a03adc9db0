import Glibc

/// Bytes that nothing may print: an API key, its secret, a passphrase, a token.
///
/// Made where a secret enters the program (`.env`, the environment) and handed by reference to the
/// one place that signs with it. Every way of showing it gives `<secret>`: interpolation, `print`,
/// `dump`, `String(reflecting:)` and `Mirror`. It is not `Codable` and not `Equatable`. The bytes
/// live in memory of its own, which is overwritten when the last owner lets go.
public final class Secret: Sendable {
  /// The address of memory that this object alone owns and that nobody writes after `init`.
  ///
  /// An integer, because an integer is `Sendable` and a pointer is not; zero when there are no
  /// bytes.
  private let address: UInt
  private let count: Int

  /// Copies bytes; the caller remains responsible for the original.
  public init(copying bytes: UnsafeRawBufferPointer) {
    address = Self.copy(bytes)
    count = bytes.count
  }

  /// Takes bytes over and overwrites the array that held them, unless someone else holds it too.
  public init(consuming bytes: consuming [UInt8]) {
    var bytes = bytes
    (address, count) = bytes.withUnsafeMutableBytes { buffer in
      let copied = Self.copy(UnsafeRawBufferPointer(buffer))
      if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
      return (copied, buffer.count)
    }
  }

  deinit {
    guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { return }
    explicit_bzero(memory, count)
    memory.deallocate()
  }

  /// Whether there are no bytes.
  public var isEmpty: Bool { count == 0 }

  /// Lends the bytes for one call; they must not be kept, copied into text or sent to a log.
  public func withBytes<Value, Problem: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Problem) -> Value
  ) throws(Problem) -> Value {
    // `self` owns the memory; keeping it alive to the end of the call keeps the bytes valid.
    defer { withExtendedLifetime(self) {} }
    return try body(
      UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
  }
}

extension Secret {
  /// Whether both have the same bytes; takes as long for any bytes of one length.
  public func isSame(as other: Secret) -> Bool {
    withBytes { mine -> Bool in
      other.withBytes { theirs -> Bool in
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
      }
    }
  }

  /// Returns the address of a fresh copy, zero when there is nothing to copy.
  private static func copy(_ bytes: UnsafeRawBufferPointer) -> UInt {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return 0 }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
    memory.copyMemory(from: source, byteCount: bytes.count)
    return UInt(bitPattern: memory)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<secret>`.
  public var description: String { "<secret>" }

  /// Always `<secret>`.
  public var debugDescription: String { "<secret>" }

  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
