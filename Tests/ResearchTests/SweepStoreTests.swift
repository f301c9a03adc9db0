import Glibc
import Research
import Risk
import Simulation
import TestSupport
import Testing
import Trading
import Units

struct SweepStoreTests {
  /// A file in a folder that goes with the test.
  private final class Place {
    let folder: String
    var path: String { folder + "/store.csv" }

    init() throws {
      var name = Array("/tmp/perpdeck-store-XXXXXX".utf8CString)
      folder = String(cString: try #require(mkdtemp(&name)))
    }

    deinit {
      unlink(path)
      rmdir(folder)
    }

    func write(_ text: String) throws {
      let file = try #require(fopen(path, "wb"))
      fputs(text, file)
      fclose(file)
    }

    func text() throws -> String {
      let file = try #require(fopen(path, "rb"))
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }
  }

  private static let results = ["fast=3 slow=8", "fast=3 slow=9"].map {
    SweepResult(
      name: $0, tradeCount: 12, finalEquity: "9876.5", drawdown: 0.25, growth: [-0.25, 0, 1e-7])
  }

  private func problem(_ path: String, _ digest: UInt64 = 7) -> String? {
    do throws(SweepStoreProblem) {
      _ = try SweepStore(path: path, digest: digest)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `what was kept is there again, and only for the same inputs`() throws {
    let place = try Place()
    var child: Int32?
    do {
      let store = try SweepStore(path: place.path, digest: 7)
      for result in Self.results { store.append(result) }
      #expect(store.problem == nil)
      // A child that begins at this moment has it open for a while.
      child = sharedDescriptor(of: place.path)
      withExtendedLifetime(store) {}
    }
    let again = try SweepStore(path: place.path, digest: 7)
    #expect(Set(again.results.values) == Set(Self.results))
    close(try #require(child))
  }

  @Test func `results of other inputs are refused and kept`() throws {
    let place = try Place()
    do { try SweepStore(path: place.path, digest: 7).append(Self.results[0]) }
    let before = try place.text()
    #expect(
      problem(place.path, 8)
        == "--store \(place.path): holds results of other candles, costs, limits or settings; "
        + "name a new file")
    #expect(try place.text() == before)
  }

  @Test func `a candle file is no store and stays as it is`() throws {
    let place = try Place()
    let candles = "timestamp_ms,open,high,low,close,volume\n1577836800000,1,1,1,1,1\n"
    try place.write(candles)
    #expect(
      problem(place.path)
        == "--store \(place.path): is no store of a sweep, and stays as it is; name a new file")
    #expect(try place.text() == candles)
  }

  @Test func `a folder, a device and a path that leads nowhere are refused`() throws {
    let place = try Place()
    #expect(
      problem(place.folder)
        == "--store \(place.folder): Is a directory; name another file")
    #expect(
      problem("/dev/full")
        == "--store /dev/full: is no store of a sweep, and stays as it is; name a new file")
    #expect(
      problem(place.folder + "/none/store.csv")
        == "--store \(place.folder)/none/store.csv: No such file or directory; name another file")
  }

  @Test(arguments: [
    "fast=3 slow=8,12,nan,0.25,,end", "fast=3 slow=8,12,1,nan,,end",
    "fast=3 slow=8,12,1,inf,,end", "fast=3 slow=8,-1,1,0,,end", ",1,1,0,,end",
    "fast=3 slow=8,12,1,0.25,0.5", "fast=3 slow=8,12,1,0.25,end",
    "fast=3 slow=8,12,1,0.25,0.5 nan,end", "fast=3 slow=8,12,1,0.25,0.5  0.5,end", "",
  ])
  func `a line that is not sound is named`(line: String) throws {
    let place = try Place()
    try place.write("perpdeck-sweep-2 7\n\(line)\nfast=4 slow=8,12,1,0.25,,end\n")
    #expect(
      problem(place.path)
        == "\(place.path):2: no result of a sweep: \(line); remove the line or name a new file")
  }

  @Test func `what a killed run began to write is left out and written anew`() throws {
    let place = try Place()
    let first = "perpdeck-sweep-2 7\nfast=3 slow=8,12,9876.5,0.25,-0.25 0.0 1e-07,end\n"
    try place.write(first + "fast=3 sl")
    do {
      let store = try SweepStore(path: place.path, digest: 7)
      #expect(Array(store.results.values) == [Self.results[0]])
      store.append(Self.results[1])
    }
    #expect(
      try place.text()
        == first + "fast=3 slow=9,12,9876.5,0.25,-0.25 0.0 1e-07,end\n")
  }

  @Test func `a store of an older form holds results of something else and stays as it is`() throws
  {
    let place = try Place()
    let older = "perpdeck-sweep-1 7\nfast=3 slow=8,12,9876.5,0.25,end\n"
    try place.write(older)
    #expect(
      problem(place.path)
        == "--store \(place.path): holds results of other candles, costs, limits or settings; "
        + "name a new file")
    #expect(try place.text() == older)
  }

  @Test func `two sweeps do not write one store`() throws {
    let place = try Place()
    let first = try SweepStore(path: place.path, digest: 7)
    #expect(
      problem(place.path)
        == "--store \(place.path): another sweep writes it; name another file")
    withExtendedLifetime(first) {}
  }

  @Test func `whatever changes the results changes the digest`() throws {
    let plan = crossPlan(try RandomCandles.table(50))
    var changed: [BacktestPlan] = []
    func change(_ body: (inout BacktestPlan) throws -> Void) rethrows {
      var copy = plan
      try body(&copy)
      changed.append(copy)
    }
    change { $0.fees = FeeSchedule(takerFeeRate: "0.0005", makerFeeRate: "0.0002") }
    change { $0.slippage = "0.0001" }
    change { $0.leverage = 2 }
    change { $0.deposit = 5 }
    change { $0.limits.day.lossMaximum = "0.5" }
    change { $0.dayOffset = .hours(1) }
    change {
      $0.latency = LatencyModel(
        outward: .fixed(.seconds(1)), inward: .fixed(.zero), seed: 1)
    }
    change { $0 = $0.truncated(to: 49) }
    try change { $0.feeds = crossPlan(try RandomCandles.table(50, seed: 8)).feeds }
    try change { $0.feeds = crossPlan(try RandomCandles.table(50), lot: "0.01").feeds }
    try change {
      $0.funding[$0.feeds[0].listing.id] = try FundingFile.points(
        Array("timestamp_ms,rate\n1577836860000,0.0001\n".utf8), name: "rates.csv")
    }
    let digests =
      [plan.digest(settings: "stop=off"), plan.digest(settings: "stop=0.1")]
      + changed.map { $0.digest(settings: "stop=off") }
    #expect(Set(digests).count == digests.count)
    #expect(plan.digest(settings: "stop=off") == digests[0])
  }

  @Test(arguments: [":5", "5:", "", "0", "0:5", "5:4", "1:5:0", "1:2:3:4", "a", "+1:5", "1:20000"])
  func `a range that says nothing is none`(text: String) {
    #expect(SweepGrid.Axis(name: "fast", text: text) == nil)
  }

  @Test func `a range names its values`() {
    #expect(SweepGrid.Axis(name: "fast", text: "5")?.values == [5])
    #expect(SweepGrid.Axis(name: "fast", text: "5:7")?.values == [5, 6, 7])
    #expect(SweepGrid.Axis(name: "fast", text: "5:10:3")?.values == [5, 8])
  }

  @Test func `a hundred combinations are drawn out of a hundred million without making them`()
    throws
  {
    let axis = SweepGrid.Axis(name: "fast", values: Array(1...10_000))
    let grid = try #require(SweepGrid([axis, axis]))
    let drawn = grid.draw(100, seed: 1)
    #expect(grid.count == 100_000_000)
    #expect(Set(drawn).count == 100)
    #expect(drawn == grid.draw(100, seed: 1))
    #expect(grid.values(20_003) == [3, 4])
  }
}
