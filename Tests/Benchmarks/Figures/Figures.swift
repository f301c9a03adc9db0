import CBlast
import EventLoop
import Foundation

/// Measures what needs sockets and a disk, adds what the hot paths' benchmarks measured, and prints
/// one table: each figure with its limit.
///
/// usage: Figures FOLDER [HOT-PATHS.jmh.json]
@main
struct Figures {
  /// So many pushes make one round of a stream; a round takes about a second.
  private static let plainPushes = 2_000_000
  private static let encryptedPushes = 600_000

  static func main() {
    do {
      try measure()
    } catch {
      print("Figures: \(error)")
      exit(1)
    }
  }

  private static func measure() throws {
    let arguments = CommandLine.arguments
    guard (2...3).contains(arguments.count) else {
      print("usage: Figures FOLDER [HOT-PATHS.jmh.json]")
      exit(64)
    }
    let folder = arguments[1]
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let certificate = folder + "/authority.pem"
    // They fork, so they come before everything that starts a thread.
    let plain = StreamServer(
      port: blast_start(plainPushes, 0, nil), pushes: plainPushes, certificate: nil)
    let encrypted = StreamServer(
      port: blast_start(encryptedPushes, 1, certificate), pushes: encryptedPushes,
      certificate: certificate)
    var figures: [Figure] = []
    if arguments.count == 3 { figures += try HotPaths.figures(file: arguments[2]) }
    figures += ExchangeFigures.measure()
    figures += try JournalFigures(folder: folder).measure()
    MainActor.assumeIsolated {
      let loop = DispatchLoop()
      let meter = StreamMeter(loop: loop)
      meter.measure(plain) { rates in
        figures += StreamFigures.figures("stream, plain", rates, floor: 500_000)
        meter.measure(encrypted) { rates in
          figures += StreamFigures.figures("stream, TLS", rates, floor: 200_000)
          print(Table.text(figures))
          exit(figures.allSatisfy(\.isKept) ? 0 : 1)
        }
      }
      loop.run()
    }
  }
}
