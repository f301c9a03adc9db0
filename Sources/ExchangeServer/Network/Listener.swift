import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Opens the port and builds the pipeline of each connection, all on one loop.
enum Listener {
  /// The paths that can be upgraded to a WebSocket.
  static let paths: [String: ClientStream.Kind] = [
    "/ws/public": .market, "/ws/private": .account,
  ]

  /// The largest frame a client may send; subscriptions above 4,096 bytes get an answer, not a cut.
  static let largestFrame = 64 * 1024

  /// Listens on 127.0.0.1 for an exchange that lives on `loop`.
  static func bind(
    port: Int, group: MultiThreadedEventLoopGroup, exchange: NIOLoopBound<ServedExchange>
  ) -> EventLoopFuture<any Channel> {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(low: ClientStream.largestBacklog / 2, high: ClientStream.largestBacklog)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try configure(channel, exchange: exchange)
        }
      }
      .bind(host: "127.0.0.1", port: port)
  }

  /// Builds the pipeline by hand, because a WebSocket may begin on a connection that has carried
  /// calls before: the ready-made pipeline looks at the first request alone.
  static func configure(
    _ channel: any Channel, exchange: NIOLoopBound<ServedExchange>
  ) throws {
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    let pipelining = HTTPServerPipelineHandler()
    let errors = HTTPServerProtocolErrorHandler()
    let rest = RESTChannel(exchange: exchange.value)
    rest.makeUpgrade = { served in
      HTTPServerUpgradeHandler(
        upgraders: [upgrader(exchange)], httpEncoder: encoder,
        extraHTTPHandlers: [decoder, pipelining, errors],
        upgradeCompletionHandler: { context in
          context.pipeline.syncOperations.removeHandler(served.value, promise: nil)
        })
    }
    let handlers: [any ChannelHandler] = [encoder, decoder, pipelining, errors, rest]
    try channel.pipeline.syncOperations.addHandlers(handlers)
  }

  private static func upgrader(
    _ exchange: NIOLoopBound<ServedExchange>
  ) -> NIOWebSocketServerUpgrader {
    NIOWebSocketServerUpgrader(
      maxFrameSize: largestFrame,
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { channel, head in
        channel.eventLoop.makeCompletedFuture {
          guard let kind = streamKind(of: head.uri) else { return }
          let exchange = exchange.value
          try channel.pipeline.syncOperations.addHandlers([
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024,
              maxAccumulatedFrameSize: largestFrame),
            ClientStream(id: exchange.nextStreamID(), kind: kind, exchange: exchange),
          ])
        }
      })
  }

  /// Returns which stream a target opens, nil for any other path.
  static func streamKind(of target: String) -> ClientStream.Kind? {
    paths[String(target.prefix { $0 != "?" })]
  }
}
