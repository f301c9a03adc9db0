import Dispatch
import EventLoop
import Trading
import Units

/// Where candles of the past are kept. Answers come on the loop, never from inside a call.
@MainActor
public protocol PastCandles: AnyObject {
  /// Reads the closed candles that are kept, oldest first.
  func read(
    _ topic: CandleTopic,
    _ done: @escaping @MainActor (Result<[Candle], CandleCacheProblem>) -> Void)

  /// Keeps what the exchange said; see ``CandleFolder/add(_:to:replacing:)``.
  func add(
    _ candles: [Candle], to topic: CandleTopic, replacing: Bool,
    _ done: @escaping @MainActor (Result<Void, CandleCacheProblem>) -> Void)
}

/// The folder on disk, worked on by a queue of its own: the loop never waits for it.
@MainActor
public final class CandleDisk: PastCandles {
  private let folder: CandleFolder
  private let loop: DispatchLoop
  private let queue = DispatchQueue(label: "perpdeck.candles", qos: .utility)

  /// Brings the answers of a folder to `loop`.
  public init(_ folder: CandleFolder, loop: DispatchLoop) {
    self.folder = folder
    self.loop = loop
  }

  public func read(
    _ topic: CandleTopic,
    _ done: @escaping @MainActor (Result<[Candle], CandleCacheProblem>) -> Void
  ) {
    queue.async { [folder, loop] in
      let found = Result { () throws(CandleCacheProblem) in try folder.read(topic) }
      loop.postFromAnyThread { done(found) }
    }
  }

  public func add(
    _ candles: [Candle], to topic: CandleTopic, replacing: Bool,
    _ done: @escaping @MainActor (Result<Void, CandleCacheProblem>) -> Void
  ) {
    queue.async { [folder, loop] in
      let kept = Result { () throws(CandleCacheProblem) in
        _ = try folder.add(candles, to: topic, replacing: replacing)
      }
      loop.postFromAnyThread { done(kept) }
    }
  }

  /// Calls the action on the loop when everything that was handed in so far is on the disk.
  public func afterAll(_ action: @escaping @MainActor () -> Void) {
    queue.async { [loop] in loop.postFromAnyThread(action) }
  }
}
