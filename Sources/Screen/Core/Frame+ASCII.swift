extension Frame {
  /// The same picture in ASCII, for terminals that show nothing else.
  ///
  /// Lines and blocks become the nearest sign; what has none becomes `?`, once for each column.
  public var inASCII: Frame {
    var frame = self
    for index in frame.cells.indices {
      let scalar = frame.cells[index].scalar
      frame.cells[index].marks = 0
      if scalar >= 0x7F || scalar == 0 { frame.cells[index].scalar = Self.ascii(scalar) }
    }
    frame.title = title.map { title in
      String(
        String.UnicodeScalarView(
          title.unicodeScalars.map { $0.isASCII ? $0 : Unicode.Scalar(UInt8(Self.ascii($0.value))) }
        ))
    }
    return frame
  }

  private static func ascii(_ scalar: UInt32) -> UInt32 {
    let sign: Unicode.Scalar =
      switch scalar {
      case 0x2500, 0x2501, 0x254C, 0x254D, 0x2013, 0x2014, 0x2212: "-"
      case 0x2550: "="
      case 0x2502, 0x2503, 0x2551, 0x254E, 0x254F, 0x2575...0x257F: "|"
      case 0x2554, 0x2557, 0x255A, 0x255D: "#"
      case 0x2504...0x254B, 0x2552...0x256C, 0x256D...0x2570: "+"
      case 0x2588, 0x2593, 0x2589, 0x258A, 0x258B, 0x2586, 0x2587: "#"
      case 0x2584, 0x2585, 0x258C, 0x258D, 0x2590, 0x2592, 0x2580: "="
      case 0x2581...0x2583, 0x258E, 0x258F, 0x2591: "-"
      case 0x2594...0x259F: "#"
      case 0x2800: " "
      case 0x2801...0x28FF: ":"
      case 0x25B2, 0x25B4, 0x2191: "^"
      case 0x25BC, 0x25BE, 0x2193: "v"
      case 0x25B6, 0x25B8, 0x2192: ">"
      case 0x25C0, 0x25C2, 0x2190: "<"
      case 0x2022, 0x00B7, 0x25CF, 0x25CB: "*"
      case 0x2026: "~"
      case 0x00D7: "x"
      case 0x00B1: "+"
      case 0x2018, 0x2019: "'"
      case 0x201C, 0x201D: "\""
      case 0x2264: "<"
      case 0x2265: ">"
      default: "?"
      }
    return sign.value
  }
}
