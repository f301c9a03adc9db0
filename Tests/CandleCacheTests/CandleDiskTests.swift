import EventLoop
import TestSupport
import Testing
import Trading

@testable import CandleCache

/// The folder behind its queue, on the loop of the program.
@MainActor @Suite struct CandleDiskTests {
  private let data = TemporaryPlace()
  private let loop = DispatchLoop()

  @Test func `what is handed in is kept and read in turn, never from inside a call`() async {
    let disk = CandleDisk(data.folder(), loop: loop)
    var course: [String] = []
    var found: Result<[Candle], CandleCacheProblem>?
    await withCheckedContinuation { continuation in
      disk.add(Candles.row(0..<5), to: Candles.topic, replacing: false) { kept in
        course.append("kept \(kept)")
      }
      disk.read(Candles.topic) { answer in
        course.append("read")
        found = answer
      }
      disk.afterAll {
        course.append("all")
        continuation.resume()
      }
      course.append("called")
    }
    #expect(course == ["called", "kept success()", "read", "all"])
    #expect(found == .success(Candles.row(0..<5)))
  }

  @Test func `what is wrong with a file is answered`() async throws {
    try data.folder().add(Candles.row(0..<5), to: Candles.topic)
    let file = "candles/blofin-live/BTC-USDT_15m.candles"
    try data.write([], file)
    let disk = CandleDisk(data.folder(), loop: loop)
    let found = await withCheckedContinuation { continuation in
      disk.read(Candles.topic) { continuation.resume(returning: $0) }
    }
    #expect(
      found
        == .failure(
          .damaged(path: "\(data.path)/\(file)", reason: "it does not begin as one")))
  }
}
