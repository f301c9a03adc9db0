import NIOCore
import NIOHTTP1

/// What the exchange decides to do with a request.
enum RESTAnswer {
  /// Answers it.
  case reply(RESTReply)
  /// Answers with only so many bytes of the body, then hangs up.
  case truncated(RESTReply, bytes: Int)
  /// Hangs up without a word.
  case hangUp
}

/// One HTTP connection: gathers requests and hands them to the exchange, one at a time.
///
/// Lives on the server's only loop, like everything that touches the exchange. The pipeline in
/// front keeps a second request back until the first is answered.
final class RESTChannel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// A body above this is refused with status 413: the largest real one, 20 orders, has 8 kB.
  static let largestBody = 256 * 1024

  /// Makes what turns the connection into a WebSocket. It is told of this, and must not hold it:
  /// most connections end without ever being upgraded.
  var makeUpgrade: ((NIOLoopBound<RESTChannel>) -> HTTPServerUpgradeHandler)?

  private let exchange: ServedExchange
  private var context: ChannelHandlerContext?
  private var isUpgrading = false
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLarge = false
  /// Why the request that is being read may not become a stream.
  private var refusedStream: APIProblem?

  /// Serves requests to an exchange.
  init(exchange: ServedExchange) {
    self.exchange = exchange
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isUpgrading else { return context.fireChannelRead(data) }
    switch unwrapInboundIn(data) {
    case .head(let head):
      refusedStream = nil
      if asksForStream(head) {
        let peer = context.remoteAddress?.ipAddress ?? "127.0.0.1"
        refusedStream =
          isHandshake(head)
          ? exchange.refusalOfStream(from: peer)
          : APIProblem(code: "400", message: "Bad Request", status: 400)
        guard refusedStream != nil else {
          beginUpgrade(context)
          return context.fireChannelRead(data)
        }
      }
      self.head = head
      body.removeAll(keepingCapacity: true)
      isTooLarge = false
    case .body(let part):
      if body.count + part.readableBytes > Self.largestBody {
        isTooLarge = true
        body.removeAll()
      } else if !isTooLarge {
        body.append(contentsOf: part.readableBytesView)
      }
    case .end:
      guard let head else { return }
      self.head = nil
      serve(head, context: context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A malformed request was answered with status 400 by the pipeline; a reset needs no answer.
    context.close(promise: nil)
  }

  /// Returns whether a request asks for a stream.
  private func asksForStream(_ head: HTTPRequestHead) -> Bool {
    head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
      && Listener.streamKind(of: head.uri) != nil
  }

  /// Returns whether a request for a stream can be answered by a handshake.
  /// Source: RFC 6455, 4.2.1.
  private func isHandshake(_ head: HTTPRequestHead) -> Bool {
    head.method == .GET && head.version == .http1_1
      && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
      && head.headers["sec-websocket-key"].count == 1
      && head.headers["sec-websocket-version"] == ["13"]
  }

  /// Puts what does the handshake behind this, which from now on passes everything on.
  private func beginUpgrade(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    guard let upgrade = makeUpgrade?(bound) else { return }
    makeUpgrade = nil
    isUpgrading = true
    let added = Result {
      try context.pipeline.syncOperations.addHandler(upgrade, position: .after(self))
    }
    if case .failure = added { context.close(promise: nil) }
  }

  private func serve(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    let peer = context.remoteAddress?.ipAddress ?? "127.0.0.1"
    guard !isTooLarge else {
      let problem = APIProblem(code: "413", message: "Request Entity Too Large", status: 413)
      return write(.reply(RESTReply(problem)), keepAlive: false, context: context)
    }
    if let refusedStream {
      return write(.reply(RESTReply(refusedStream)), keepAlive: false, context: context)
    }
    guard let request = RESTRequest(head: head, body: body, peer: peer) else {
      let problem = APIProblem(code: "400", message: "Bad Request", status: 400)
      return write(.reply(RESTReply(problem)), keepAlive: false, context: context)
    }
    exchange.answer(request) { [weak self] answer in
      // The client may have hung up while the answer was on its way, which does not hold it.
      guard let self, let context = self.context, context.channel.isActive else { return }
      self.write(answer, keepAlive: head.isKeepAlive, context: context)
    }
  }

  private func write(_ answer: RESTAnswer, keepAlive: Bool, context: ChannelHandlerContext) {
    switch answer {
    case .reply(let reply): write(reply, bytes: nil, keepAlive: keepAlive, context: context)
    case .truncated(let reply, let bytes):
      write(reply, bytes: bytes, keepAlive: false, context: context)
    case .hangUp: context.close(promise: nil)
    }
  }

  /// Writes a reply, or only the first `bytes` of its body under the full length.
  private func write(
    _ reply: RESTReply, bytes: Int?, keepAlive: Bool, context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: reply.contentType)
    headers.add(name: "Content-Length", value: String(reply.body.count))
    headers.add(name: "Date", value: exchange.statedTime.httpDateText)
    for (name, value) in reply.extraHeaders { headers.add(name: name, value: value) }
    if !keepAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let sent = bytes.map { reply.body.prefix(max(0, $0)) } ?? reply.body[...]
    let buffer = context.channel.allocator.buffer(bytes: sent)
    context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    // A truncated message is never ended; a whole one is.
    let last: HTTPServerResponsePart =
      bytes == nil ? .end(nil) : .body(.byteBuffer(context.channel.allocator.buffer(capacity: 0)))
    guard !keepAlive else {
      return context.writeAndFlush(wrapOutboundOut(last), promise: nil)
    }
    let sending = context.eventLoop.makePromise(of: Void.self)
    sending.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(last), promise: sending)
  }
}
