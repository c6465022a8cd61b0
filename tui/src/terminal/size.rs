//! How large the terminal is, by asking the kernel, never the terminal.

use crate::app::layout::Size;

/// What a terminal that does not know its size is taken for.
const USUAL: Size = Size {
    width: 80,
    height: 24,
};
/// Cells at most a side: beyond, a size is a mistake, and memory is not.
const MOST: u16 = 1000;

#[must_use]
pub fn size() -> Size {
    match rustix::termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size {
            width: size.ws_col.min(MOST),
            height: size.ws_row.min(MOST),
        },
        _ => USUAL,
    }
}

/// A reported size within the same bounds.
#[must_use]
pub(super) fn bounded(width: u16, height: u16) -> Size {
    Size {
        width: width.clamp(1, MOST),
        height: height.clamp(1, MOST),
    }
}
