import EventLoop
import TestSupport
import Testing

@testable import Runtime

/// When frames are drawn, in milliseconds from the first question on.
@MainActor struct FramePacerTests {
  /// Keeps the moments.
  private final class Record {
    var moments: [Int64] = []
  }

  private func moments(
    _ asks: [(at: Int64, isUrgent: Bool)], calmGap: Int64 = FramePacer.calmGap
  ) -> [Int64] {
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: 1_000))
    let record = Record()
    let pacer = FramePacer(loop: loop, calmGap: calmGap) {
      record.moments.append(loop.now.milliseconds - 1_000)
    }
    for ask in asks {
      loop.schedule(at: WallTime(milliseconds: 1_000 + ask.at)) {
        pacer.request(isUrgent: ask.isUrgent)
      }
    }
    loop.run(until: WallTime(milliseconds: 4_000))
    return record.moments
  }

  @Test func `T10 a key is drawn a moment later, also after a frame of the market`() {
    #expect(moments([(0, false), (40, true), (41, false)]) == [5, 44])
  }

  @Test func `T10 a key after a key waits for the rest of a thirtieth of a second`() {
    #expect(moments([(0, true), (10, true), (100, true)]) == [4, 37, 104])
  }

  @Test func `the settings say how often the market is drawn, a key does not wait for it`() {
    let asks = (0..<1_000).map { (at: Int64($0), isUrgent: $0 == 150) }
    #expect(moments(asks, calmGap: 500) == [5, 154, 529, 1_029])
  }

  @Test func `T09 what is told within some milliseconds is drawn as one frame`() {
    #expect(moments([(200, false), (202, false), (204, false)]) == [205])
  }

  @Test func `T09 a market that moves in a beat is drawn with the beat, however it wavers`() {
    let beats: [Int64] = [0, 108, 200, 308, 400, 508, 600, 708]
    #expect(moments(beats.map { ($0, false) }) == beats.map { $0 + 5 })
  }

  @Test func `O15 five hundred fills within a second are a dozen frames`() {
    let fills = moments((0..<500).map { (at: Int64($0 * 2), isUrgent: false) })
    #expect(fills == [5, 80, 180, 280, 380, 480, 580, 680, 780, 880, 980, 1_080])
  }

  @Test func `B16 five hundred markets that each tell ten prices a second are drawn as one is`() {
    let asks = (0..<5_000).map { (at: Int64($0 / 5), isUrgent: $0 == 2_000) }
    // The key at 400 is drawn at once, and the market after it at its calm pace.
    #expect(moments(asks).filter { $0 > 380 && $0 < 480 } == [404, 479])
    let market = moments((0..<5_000).map { (at: Int64($0 / 5), isUrgent: false) })
    #expect(market == [5, 80, 180, 280, 380, 480, 580, 680, 780, 880, 980, 1_080])
  }

  @Test func `T09 a frame is drawn ten times a second for the market, at most thirty for keys`() {
    let market = moments((0..<1_000).map { (at: Int64($0), isUrgent: false) })
    #expect(market == [5, 80, 180, 280, 380, 480, 580, 680, 780, 880, 980, 1_080])
    let keys = moments((0..<1_000).map { (at: Int64($0), isUrgent: $0 % 3 == 0) })
    #expect(keys.filter { $0 < 1_000 }.count <= 31)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $1 - $0 >= 33 })
  }
}
