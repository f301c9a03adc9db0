import Foundation
import Trading

/// Reads a recorded file for the reference, with nothing but Foundation.
extension PlainMarket {
  enum ReadingProblem: Error {
    case unreadable(String)
  }

  /// Unpacks a file and puts its events in the order of the exchange's times, trades first.
  static func read(_ path: String) throws -> [(time: Int64, event: Event)] {
    var items: [(time: Int64, rank: Int, last: UInt64, events: [Event])] = []
    var snapshot: (time: Int64, last: UInt64, events: [Event])?
    for line in try unpacked(path).split(separator: UInt8(ascii: "\n")) {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
      let parsed = try JSONSerialization.jsonObject(with: Data(line[(space + 1)...]))
      guard let object = parsed as? [String: Any] else { continue }
      let data = object["data"] as? [String: Any] ?? object
      if let last = data["lastUpdateId"] as? UInt64, let time = data["T"] as? Int64 {
        snapshot = (time, last, levels(data, "bids", .buy) + levels(data, "asks", .sell))
      } else if let time = data["T"] as? Int64, let kind = data["e"] as? String {
        if kind == "depthUpdate", let last = data["u"] as? UInt64 {
          items.append((time, 1, last, levels(data, "b", .buy) + levels(data, "a", .sell)))
        } else if kind == "trade", let price = data["p"] as? String,
          let size = data["q"] as? String, let isMaker = data["m"] as? Bool
        {
          let trade = Event.trade(isMaker ? .sell : .buy, ticks(price), lots(size))
          items.append((time, 0, 0, [trade]))
        }
      }
    }
    guard let snapshot else { throw ReadingProblem.unreadable(path) }
    let start = snapshot.time
    let changes = items.filter { $0.rank == 1 && $0.last >= snapshot.last }.map { item in
      (time: max(item.time, start), rank: 1, last: item.last, events: item.events)
    }
    let first: [(time: Int64, event: Event)] = ([.clear] + snapshot.events).map { (start, $0) }
    let rest = (items.filter { $0.rank == 0 && $0.time >= start } + changes).enumerated()
      .sorted {
        ($0.element.time, $0.element.rank, $0.offset)
          < ($1.element.time, $1.element.rank, $1.offset)
      }
    return first + rest.flatMap { item in item.element.events.map { (item.element.time, $0) } }
  }

  private static func levels(_ data: [String: Any], _ key: String, _ side: OrderSide) -> [Event] {
    (data[key] as? [[String]] ?? []).map { .level(side, ticks($0[0]), lots($0[1])) }
  }

  /// Tenths of a dollar.
  private static func ticks(_ text: String) -> Int32 { Int32(digits(text, places: 1)) }

  /// Ten-thousandths of a coin.
  private static func lots(_ text: String) -> Int64 { digits(text, places: 4) }

  private static func digits(_ text: String, places: Int) -> Int64 {
    let parts = text.split(separator: ".")
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let cut = String(fraction.prefix(places))
    let padded = cut + String(repeating: "0", count: places - cut.count)
    return Int64(String(parts[0]) + padded) ?? -1
  }

  private static func unpacked(_ path: String) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ReadingProblem.unreadable(path) }
    return data
  }
}
