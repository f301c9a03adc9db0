import EventLoop

extension WebSocketConnection {
  /// The most messages handed out in one turn of the loop; the rest waits for the next turn, so
  /// that a flood of market data holds up neither timers nor keys nor an order that leaves.
  static let messagesPerTurn = 128
  /// After so many microseconds a turn ends as well.
  static let turnLength: Int64 = 60
  /// The most messages handed out without a look at the clock.
  static let messagesPerLook = 4
  /// The most reads in one turn of the loop.
  static let readsPerTurn = 512

  func connected(_ result: Result<ByteStream, TransportError>) {
    guard case .connecting = phase else { return }
    switch result {
    case .failure(let error):
      finish(error)
    case .success(let stream):
      let handshake = WebSocketHandshake(
        address: address, headers: options.headers, userAgent: network.userAgent,
        nonce: Cryptography.randomBytes(16))
      phase = .upgrading(stream, handshake)
      outbox.append(handshake.request)
      stream.watch { [weak self] readiness in self?.becameReady(readiness) }
    }
  }

  private func becameReady(_ readiness: Readiness) {
    if readiness.canWrite, outbox.count > 0 { flush() }
    if readiness.canRead || readiness.hasFailed { takeTurn() }
  }

  /// Reads and hands out what has come, up to one turn's share.
  private func takeTurn() {
    let began = network.loop.uptime
    var messages = Self.messagesPerTurn
    var hasHeard = false
    for _ in 0..<Self.readsPerTurn {
      handOut(&messages, since: began)
      guard let stream, messages > 0 else { break }
      switch stream.read(into: codec.room) {
      case .moved(let count):
        hasHeard = true
        took(count)
        continue
      case .wouldBlock:
        endTurn(hasHeard)
        return
      case .failed(let error):
        finishReading(error)
      }
      return
    }
    guard stream != nil else { return }
    endTurn(hasHeard)
    guard !isTurnPosted else { return }
    isTurnPosted = true
    network.loop.post { [weak self] in
      self?.isTurnPosted = false
      self?.takeTurn()
    }
  }

  private func endTurn(_ hasHeard: Bool) {
    if hasHeard { supervision.heard(at: network.loop.now) }
    if !codec.output.isEmpty { flush() }
  }

  private func took(_ count: Int) {
    if case .closing = phase, codec.isStopped { return }
    codec.filled(count)
    if case .upgrading(let stream, let handshake) = phase { upgrade(stream, handshake) }
  }

  private func upgrade(_ stream: ByteStream, _ handshake: WebSocketHandshake) {
    do {
      switch try handshake.read(codec.buffered) {
      case .needsMore: return
      case .accepted(let headSize):
        codec.drop(headSize)
        phase = .open(stream)
        supervision = StreamSupervision(options, opened: network.loop.now)
        supervise()
        sink(.opened)
      }
    } catch {
      finish(error)
    }
  }

  /// Hands out what is whole; afterwards no `messages` are left for a turn that took its time.
  private func handOut(_ messages: inout Int, since began: MonotonicTime) {
    switch phase {
    case .connecting, .upgrading, .closed: return
    case .open, .closing: break
    }
    guard !codec.isStopped else { return }
    var limit: Int
    var count: Int
    repeat {
      limit = min(messages, Self.messagesPerLook)
      // Held for the length of the call: counting references for each message would show.
      count = codec.decode(limit: limit) { [self] event in take(event) }
      messages -= count
      if network.loop.isAwaited || isLong(began) { messages = 0 }
    } while count == limit && messages > 0 && !codec.isStopped
    guard codec.isStopped, case .open(let stream) = phase, let code = codec.violation else {
      return
    }
    beginClosing(stream, .protocolBroken(host: address.authority, code: code))
  }

  private func isLong(_ began: MonotonicTime) -> Bool {
    network.loop.uptime.microseconds(since: began) >= Self.turnLength
  }

  private func take(_ event: WebSocketCodec.Event) {
    guard case .open(let stream) = phase else { return }
    switch event {
    case .text(let bytes): sink(.text(bytes))
    case .binary(let bytes): sink(.binary(bytes))
    case .pong: sink(.pong)
    case .close(let code, let reason):
      beginClosing(
        stream,
        .closedByPeer(host: address.authority, code: code, reason: PlainText.clean(reason)))
    }
  }

  /// The other side has ended the connection, or it broke.
  private func finishReading(_ error: TransportError) {
    if case .closing(_, let end) = phase { finish(end) } else { finish(error) }
  }
}
