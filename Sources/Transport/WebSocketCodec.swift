import CWslay

/// Bytes from and to the wire on one side, messages on the other: the client side of RFC 6455.
///
/// wslay does the protocol. In front of it, a whole unfragmented message that lies in the buffer is
/// handed out where it lies, for wslay copies each message: market data comes as such frames.
/// Everything else, and everything doubtful, goes through wslay, which thus always stands at the
/// start of a frame when a frame is handed out past it.
nonisolated final class WebSocketCodec {
  /// What came.
  enum Event {
    case text(UnsafeRawBufferPointer)
    case binary(UnsafeRawBufferPointer)
    case pong
    /// A close frame; 1005 stands for "no code".
    case close(code: UInt16, reason: UnsafeRawBufferPointer)
  }

  /// Frames that wait to be sent, encoded.
  private(set) var output: [UInt8] = []
  /// Whether nothing more is read: a close frame came, or the other side broke the protocol.
  private(set) var isStopped = false
  /// The code with which the connection is closed because the other side broke the protocol.
  private(set) var violation: UInt16?

  private var context: wslay_event_context_ptr?
  private let buffer: UnsafeMutableRawBufferPointer
  private let messageLimit: UInt64
  private var start = 0
  private var end = 0
  /// The bytes of the present frame that are still to go through wslay.
  private var slowLeft: UInt64 = 0
  /// What wslay may take now.
  private var offered: Range<Int> = 0..<0
  private var isFragmented = false
  private var sink: ((Event) -> Void)?
  private var slowEvents = 0

  init(messageLimit: Int, bufferSize: Int = ByteStream.readSize) {
    precondition(bufferSize >= 16, "the buffer holds at least a frame's head")
    self.messageLimit = UInt64(messageLimit)
    buffer = .allocate(byteCount: bufferSize, alignment: 16)
    var callbacks = wslay_event_callbacks()
    callbacks.recv_callback = { context, place, size, _, owner in
      let count = WebSocketCodec.from(owner).give(place, size)
      if count == 0 { wslay_event_set_error(context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue)) }
      return count == 0 ? -1 : count
    }
    callbacks.send_callback = { _, bytes, size, _, owner in
      WebSocketCodec.from(owner).output.append(
        contentsOf: UnsafeBufferPointer(start: bytes, count: size))
      return size
    }
    callbacks.genmask_callback = { _, place, size, _ in
      Cryptography.fillRandomly(UnsafeMutableRawBufferPointer(start: place, count: size))
      return 0
    }
    callbacks.on_msg_recv_callback = { _, message, owner in
      guard let message else { return }
      WebSocketCodec.from(owner).take(message.pointee)
    }
    // Unretained: the context is freed in deinit, and is used by calls of this object only.
    let result = wslay_event_context_client_init(
      &context, &callbacks, Unmanaged.passUnretained(self).toOpaque())
    precondition(result == 0, "wslay has no memory")
    wslay_event_config_set_max_recv_msg_length(context, self.messageLimit)
  }

  deinit {
    wslay_event_context_free(context)
    buffer.deallocate()
  }

  /// Where the next bytes from the wire belong; never empty after ``decode(limit:_:)`` ran dry.
  var room: UnsafeMutableRawBufferPointer {
    if start == end || isStopped {
      start = 0
      end = 0
    } else if start > 0 {
      // Not much: at most the head of a frame, or what a turn's share left over.
      buffer.baseAddress?.copyMemory(from: buffer.baseAddress! + start, byteCount: end - start)
      end -= start
      start = 0
    }
    return UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
  }

  /// The bytes that came and are not decoded yet.
  var buffered: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

  /// Notes that bytes were put into ``room``.
  func filled(_ count: Int) {
    precondition(count >= 0 && end + count <= buffer.count, "more bytes than room")
    end += count
  }

  /// Drops bytes at the front that are not frames: the head of the handshake's answer.
  func drop(_ count: Int) {
    precondition(start + count <= end, "more bytes than there are")
    start += count
  }

  /// Decodes what has come, handing out so many events at most; returns how many it handed out.
  ///
  /// When it returns less than the limit, it needs more bytes, or has stopped.
  func decode(limit: Int, _ sink: @escaping (Event) -> Void) -> Int {
    self.sink = sink
    defer { self.sink = nil }
    guard let base = UnsafeRawPointer(buffer.baseAddress) else { return 0 }
    var count = 0
    while count < limit, !isStopped {
      if slowLeft > 0 {
        guard end > start else { break }
        slowEvents = 0
        feedSlowly()
        count += slowEvents
        continue
      }
      guard let header = FrameHeader(base + start, available: end - start) else { break }
      guard header.isLegal else {
        stop(violation: WSLAY_CODE_PROTOCOL_ERROR)
        break
      }
      if header.opcode == FrameHeader.close, header.isPlain {
        // Short enough for the buffer, so it will be whole.
        guard header.frameSize <= UInt64(end - start) else { break }
        count += takeClose(header, base, sink)
        break
      }
      guard isFast(header) else {
        slowLeft = header.frameSize
        if !header.isControl { isFragmented = !header.isFinal }
        continue
      }
      let message = UnsafeRawBufferPointer(
        start: base + start + header.size, count: Int(header.payloadSize))
      if header.opcode == FrameHeader.text {
        guard UTF8Check.isValid(message) else {
          stop(violation: WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA)
          break
        }
        start += Int(header.frameSize)
        sink(.text(message))
      } else {
        start += Int(header.frameSize)
        sink(.binary(message))
      }
      count += 1
    }
    return count
  }

  /// Stops handing out events, for good.
  func stop() {
    isStopped = true
  }

  /// Encodes a message into ``output``.
  func encode(_ message: UnsafeRawBufferPointer, isText: Bool) {
    queue(message, isText ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME)
  }

  /// Encodes a ping into ``output``.
  func encodePing() {
    queue(UnsafeRawBufferPointer(start: nil, count: 0), WSLAY_PING)
  }

  /// Encodes a close frame into ``output``; does nothing when there was one before.
  func encodeClose(code: UInt16, reason: String) {
    // The payload of a control frame has at most 125 bytes, two of them for the code.
    var text = reason
    while text.utf8.count > 123 { text.removeLast() }
    text.withUTF8 { bytes in
      _ = wslay_event_queue_close(context, code, bytes.baseAddress, bytes.count)
    }
    pump()
  }

  /// Takes the encoded frames.
  func takeOutput() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: output.capacity <= ByteStream.readSize) }
    return output
  }

  private func isFast(_ header: FrameHeader) -> Bool {
    header.isPlain && header.isFinal && !isFragmented
      && (header.opcode == FrameHeader.text || header.opcode == FrameHeader.binary)
      && header.payloadSize <= messageLimit && header.frameSize <= UInt64(end - start)
  }

  /// Takes a close frame and answers it; returns how many events it handed out.
  ///
  /// Not by wslay: it takes the codes 1012 to 1014 for violations, which are younger than it, and
  /// lets a payload of one byte and some reasons that are not UTF-8 pass.
  private func takeClose(
    _ header: FrameHeader, _ base: UnsafeRawPointer, _ sink: (Event) -> Void
  ) -> Int {
    let payload = UnsafeRawBufferPointer(
      start: base + start + header.size, count: Int(header.payloadSize))
    start += Int(header.frameSize)
    guard payload.count >= 2 else {
      guard payload.isEmpty else {
        stop(violation: WSLAY_CODE_PROTOCOL_ERROR)
        return 0
      }
      isStopped = true
      encodeClose(code: 0, reason: "")
      sink(.close(code: Self.noCode, reason: payload))
      return 1
    }
    let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
    let reason = UnsafeRawBufferPointer(rebasing: payload[2...])
    guard Self.isValidCode(code) else {
      stop(violation: WSLAY_CODE_PROTOCOL_ERROR)
      return 0
    }
    guard UTF8Check.isValid(reason) else {
      stop(violation: WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA)
      return 0
    }
    isStopped = true
    encodeClose(code: code, reason: "")
    sink(.close(code: code, reason: reason))
    return 1
  }

  /// Whether a code may stand in a close frame: those of IANA's registry, and the ranges for
  /// libraries and for private use.
  private static func isValidCode(_ code: UInt16) -> Bool {
    switch code {
    case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
    default: false
    }
  }

  /// Lets wslay have what has come of the present frame, and no byte of the next.
  private func feedSlowly() {
    let count = Int(min(UInt64(end - start), slowLeft))
    offered = start..<start + count
    let result = wslay_event_recv(context)
    slowLeft -= UInt64(count - offered.count)
    start = offered.lowerBound
    precondition(result != Int32(WSLAY_ERR_NOMEM.rawValue), "wslay has no memory")
    pump()
    if wslay_event_want_read(context) == 0 || result != 0 {
      isStopped = true
      if violation == nil { violation = UInt16(wslay_event_get_status_code_sent(context)) }
    }
  }

  private func stop(violation code: wslay_status_code) {
    let code = UInt16(code.rawValue)
    violation = code
    isStopped = true
    encodeClose(code: code, reason: "")
  }

  private func queue(_ message: UnsafeRawBufferPointer, _ opcode: wslay_opcode) {
    let bytes = message.assumingMemoryBound(to: UInt8.self)
    var frame = wslay_event_msg(
      opcode: UInt8(opcode.rawValue), msg: bytes.baseAddress, msg_length: bytes.count)
    let result = wslay_event_queue_msg(context, &frame)
    precondition(result != Int32(WSLAY_ERR_NOMEM.rawValue), "wslay has no memory")
    pump()
  }

  /// Encodes what wslay has to send: its own answers too.
  private func pump() {
    let result = wslay_event_send(context)
    precondition(result == 0, "wslay failed to encode a frame")
  }

  private static func from(_ owner: UnsafeMutableRawPointer?) -> WebSocketCodec {
    guard let owner else { preconditionFailure("wslay lost the codec") }
    return Unmanaged<WebSocketCodec>.fromOpaque(owner).takeUnretainedValue()
  }

  private func give(_ place: UnsafeMutablePointer<UInt8>?, _ size: Int) -> Int {
    let count = min(size, offered.count)
    guard count > 0, let place, let base = buffer.baseAddress else { return 0 }
    UnsafeMutableRawPointer(place).copyMemory(from: base + offered.lowerBound, byteCount: count)
    offered = offered.lowerBound + count..<offered.upperBound
    return count
  }

  private func take(_ message: wslay_event_on_msg_recv_arg) {
    let bytes = UnsafeRawBufferPointer(start: message.msg, count: message.msg_length)
    let event: Event
    switch UInt32(message.opcode) {
    case WSLAY_TEXT_FRAME.rawValue: event = .text(bytes)
    case WSLAY_BINARY_FRAME.rawValue: event = .binary(bytes)
    case WSLAY_PONG.rawValue: event = .pong
    // wslay answers pings by itself; close frames do not get to it.
    default: return
    }
    slowEvents += 1
    sink?(event)
  }

  /// RFC 6455, section 7.1.5: the close frame had no code.
  private static let noCode: UInt16 = 1_005
}
