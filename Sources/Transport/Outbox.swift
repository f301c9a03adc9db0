/// Bytes on their way out of a stream.
///
/// After a write that would block, OpenSSL wants the same bytes at the same address again. So what
/// is
/// being written stays frozen in a place of its own, and what comes meanwhile waits behind it.
nonisolated final class Outbox {
  /// What a flush came to.
  enum Progress {
    case empty
    case blocked
    case failed(TransportError)
  }

  private var place: UnsafeMutableRawBufferPointer
  private var written = 0
  private var filled = 0
  private var waiting: [UInt8] = []

  /// The room that is kept between messages, in bytes.
  private static let usualRoom = 4 << 10

  init() {
    place = .allocate(byteCount: Self.usualRoom, alignment: 16)
  }

  deinit {
    place.deallocate()
  }

  /// The bytes that are not yet written.
  var count: Int { filled - written + waiting.count }

  /// Adds bytes behind the others.
  func append(_ bytes: [UInt8]) {
    waiting += bytes
  }

  /// Writes as much as the writer takes.
  func flush(_ write: (UnsafeRawBufferPointer) -> ByteStream.Progress) -> Progress {
    while true {
      if written == filled {
        guard !waiting.isEmpty else { return .empty }
        freezeWaiting()
      }
      let rest = UnsafeRawBufferPointer(rebasing: place[written..<filled])
      switch write(rest) {
      case .moved(let count): written += count
      case .wouldBlock: return .blocked
      case .failed(let error): return .failed(error)
      }
    }
  }

  private func freezeWaiting() {
    let room = max(waiting.count, Self.usualRoom)
    if place.count < waiting.count || place.count > 4 * room {
      place.deallocate()
      place = .allocate(byteCount: room, alignment: 16)
    }
    place.copyBytes(from: waiting)
    filled = waiting.count
    written = 0
    waiting.removeAll(keepingCapacity: waiting.count <= Self.usualRoom)
  }
}
