/// The head of a WebSocket frame (RFC 6455, section 5.2), as far as it tells where the frame ends.
nonisolated struct FrameHeader {
  /// The bytes of the head.
  let size: Int
  /// The bytes of the payload.
  let payloadSize: UInt64
  let opcode: UInt8
  let isFinal: Bool
  /// Whether the frame is not masked and has no reserved bits, as a server's should be.
  let isPlain: Bool
  /// Whether the length is in its shortest form and within 63 bits, and a control frame is short
  /// and
  /// whole. wslay ends the connection over these too, but without saying why.
  let isLegal: Bool

  static let continuation: UInt8 = 0
  static let text: UInt8 = 1
  static let binary: UInt8 = 2
  static let close: UInt8 = 8

  /// Whether the frame is of the control kind: close, ping or pong.
  var isControl: Bool { opcode & 0x8 != 0 }

  /// The bytes of the whole frame, held at the largest number for lengths beyond all bounds.
  var frameSize: UInt64 {
    let (sum, overflow) = payloadSize.addingReportingOverflow(UInt64(size))
    return overflow ? .max : sum
  }

  /// Reads the head at an offset; nil when it is not whole yet.
  @inline(__always)
  init?(_ base: UnsafeRawPointer, available: Int) {
    guard available >= 2 else { return nil }
    let first = base.load(fromByteOffset: 0, as: UInt8.self)
    let second = base.load(fromByteOffset: 1, as: UInt8.self)
    let isMasked = second & 0x80 != 0
    let short = second & 0x7F
    let lengthSize = short < 126 ? 2 : short == 126 ? 4 : 10
    let size = lengthSize + (isMasked ? 4 : 0)
    guard available >= size else { return nil }
    let isShortest: Bool
    switch short {
    case 126:
      payloadSize = UInt64(
        UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
      isShortest = payloadSize >= 126
    case 127:
      payloadSize = UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
      isShortest = payloadSize > 0xFFFF && payloadSize <= UInt64(Int64.max)
    default:
      payloadSize = UInt64(short)
      isShortest = true
    }
    self.size = size
    opcode = first & 0x0F
    isFinal = first & 0x80 != 0
    isPlain = first & 0x70 == 0 && !isMasked
    isLegal = isShortest && (first & 0x08 == 0 || (isFinal && short < 126))
  }
}
