import EventLoop

/// One WebSocket connection as a client: handshake, messages, and supervision of its life.
///
/// The connection lives for as long as it is kept; letting it go closes it, without a word. From
/// within an event, ``disconnect()`` ends it at once, while letting go waits for the end of the
/// turn.
/// It never reconnects: that is for its owner to decide.
@MainActor public final class WebSocketConnection {
  /// Where the connection stands.
  enum Phase {
    case connecting
    case upgrading(ByteStream, WebSocketHandshake)
    case open(ByteStream)
    /// Close frames are under way; this is what will be told at the end.
    case closing(ByteStream, TransportError)
    case closed
  }

  let network: CurlMulti
  let address: WebAddress
  let options: WebSocketOptions
  let sink: @MainActor (WebSocketEvent) -> Void
  let codec: WebSocketCodec
  let outbox = Outbox()
  var phase = Phase.connecting
  var supervision: StreamSupervision
  var timer: TimerToken?
  var isTurnPosted = false

  /// Starts to connect; the sink is told everything that happens, never from within this call.
  public init(
    network: CurlMulti, address: WebAddress, options: WebSocketOptions = WebSocketOptions(),
    _ sink: @escaping @MainActor (WebSocketEvent) -> Void
  ) {
    self.network = network
    self.address = address
    self.options = options
    self.sink = sink
    codec = WebSocketCodec(messageLimit: options.messageLimit)
    supervision = StreamSupervision(options, opened: network.loop.now)
    if let problem = refusal {
      network.loop.post { [weak self] in self?.finish(problem) }
      return
    }
    setTimer(after: options.openDeadline) { connection in
      connection.finish(
        .connectTimedOut(
          host: connection.address.authority, milliseconds: connection.options.openDeadline))
    }
    network.connect(address, deadline: options.openDeadline) { [weak self] result in
      self?.connected(result)
    }
  }

  isolated deinit {
    if let timer { network.loop.cancel(timer) }
    stream?.close()
  }

  /// The bytes that wait to be sent; for tests alone.
  var bytesToSend: Int { outbox.count }

  /// Sends a text message.
  ///
  /// Throws `notOpen` before `opened` and after the beginning of the end, and `sendQueueFull` when
  /// too much waits already; the message is then not sent.
  public func send(_ text: String) throws(TransportError) {
    var text = text
    let failure: TransportError? = text.withUTF8 { bytes in
      enqueue(UnsafeRawBufferPointer(bytes), isText: true)
    }
    if let failure { throw failure }
  }

  /// Sends a message of bytes; as text they must be UTF-8. Throws what ``send(_:)`` throws.
  public func send(_ bytes: UnsafeRawBufferPointer, isText: Bool) throws(TransportError) {
    if let failure = enqueue(bytes, isText: isText) { throw failure }
  }

  /// Ends the connection with a close frame; `closed` is told when the other side has answered, or
  /// has not for `closeLimit`. Messages that still come are dropped.
  public func close(code: UInt16 = 1_000, reason: String = "") {
    let end = TransportError.closedHere(host: address.authority)
    switch phase {
    case .connecting, .upgrading:
      network.loop.post { [weak self] in self?.finish(end) }
    case .open(let stream):
      codec.encodeClose(code: code, reason: reason)
      beginClosing(stream, end)
    case .closing, .closed: return
    }
  }

  /// Ends the connection at once; nothing is told any more.
  public func disconnect() {
    codec.stop()
    stream?.close()
    phase = .closed
    stopTimer()
  }

  var stream: ByteStream? {
    switch phase {
    case .connecting, .closed: nil
    case .upgrading(let stream, _), .open(let stream), .closing(let stream, _): stream
    }
  }

  /// Tells the end; everything before it has been told.
  func finish(_ error: TransportError) {
    if case .closed = phase { return }
    disconnect()
    sink(.closed(error))
  }

  /// Writes what waits, as far as the other side takes it.
  func flush() {
    guard let stream else { return }
    outbox.append(codec.takeOutput())
    let before = outbox.count
    switch outbox.flush(stream.write) {
    case .empty:
      supervision.sendingFlows()
    case .blocked:
      if outbox.count < before { supervision.sendingFlows() }
      supervision.sendingBlocked(at: network.loop.now)
      if case .open = phase { supervise() }
    case .failed(let error):
      // Not from within the caller's `send`.
      network.loop.post { [weak self] in self?.finish(error) }
    }
  }

  /// Waits for the other side's end after close frames, then tells what ended the connection.
  func beginClosing(_ stream: ByteStream, _ error: TransportError) {
    phase = .closing(stream, error)
    setTimer(after: options.closeLimit) { $0.finish(error) }
    flush()
  }

  /// Does what the supervision says, and looks again when it wants to.
  func supervise() {
    guard case .open = phase else { return }
    let now = network.loop.now
    switch supervision.verdict(at: now) {
    case .fine(let lookAgain):
      stopTimer()
      guard let lookAgain else { return }
      setTimer(after: lookAgain.milliseconds - now.milliseconds) { $0.supervise() }
    case .ping:
      codec.encodePing()
      flush()
      supervise()
    case .silent(let milliseconds):
      finish(.silent(host: address.authority, milliseconds: milliseconds))
    case .stalled(let milliseconds):
      finish(.sendStalled(host: address.authority, milliseconds: milliseconds))
    }
  }

  func stopTimer() {
    if let timer { network.loop.cancel(timer) }
    timer = nil
  }

  func setTimer(
    after milliseconds: Int64, _ action: @escaping @MainActor (WebSocketConnection) -> Void
  ) {
    stopTimer()
    timer = network.loop.schedule(after: milliseconds) { [weak self] in
      guard let self else { return }
      timer = nil
      action(self)
    }
  }

  private func enqueue(_ bytes: UnsafeRawBufferPointer, isText: Bool) -> TransportError? {
    guard case .open = phase else { return .notOpen(host: address.authority) }
    guard outbox.count + bytes.count <= options.sendQueueLimit else {
      return .sendQueueFull(host: address.authority, limit: options.sendQueueLimit)
    }
    codec.encode(bytes, isText: isText)
    flush()
    return nil
  }

  private var refusal: TransportError? {
    guard address.scheme == .ws || address.scheme == .wss else {
      return .badRequest(text: address.authority, problem: "a stream goes to ws or wss")
    }
    for header in options.headers
    where !ASCII.isToken(header.name) || !ASCII.isHeaderValue(header.value) {
      return .badRequest(text: header.name, problem: "it is not a header to set")
    }
    return nil
  }
}
