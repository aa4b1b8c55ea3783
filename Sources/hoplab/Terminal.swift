import ArgumentParser
import Configuration

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output and standard error, and what they can show.
enum Terminal {
  enum Stream: Int32 {
    case output = 1
    case error = 2

    /// Colour is for people: only on a terminal, and not where NO_COLOR is set (https://no-color.org).
    var isColoured: Bool {
      if let wish = getenv("NO_COLOR"), wish.pointee != 0 { return false }
      return isScreen
    }

    /// Whether what was written there can be written over.
    var isScreen: Bool {
      isatty(rawValue) == 1 && getenv("TERM").map { strcmp($0, "dumb") != 0 } ?? false
    }

    /// How many characters fit a line; 80 where the terminal does not say.
    var width: Int {
      var size = winsize()
      return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Nil where nobody looks at a screen: a file's lines are as long as they are.
    var screenWidth: Int? { isScreen ? width : nil }

    /// For sentences: longer lines are hard to follow.
    var proseWidth: Int { max(40, min(width, 110)) }
  }

  enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
  }

  static func print(_ text: String) { write(text, to: .output) }
  static func note(_ text: String) { write(text, to: .error) }

  static func painted(_ text: String, _ style: Style, on stream: Stream = .output) -> String {
    stream.isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Writes all of it, or as much as somebody reads.
  static func write(_ text: String, to stream: Stream) {
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = put(stream.rawValue, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest)))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return giveUp(stream) }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// A reader that has gone away has read enough; a result that cannot be kept, as on a full disk, is a failure.
  private static func giveUp(_ stream: Stream) {
    guard stream == .output, errno != EPIPE else { return }
    note("hoplab: the result cannot be written: \(String(cString: strerror(errno)))\n")
    exit(ExitCode.stopped.rawValue)
  }

  private static func put(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }
}
