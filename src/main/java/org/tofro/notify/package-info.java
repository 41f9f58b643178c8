/**
 * Who is told how a run has ended, and how: a class for each channel.
 *
 * <p>Start reading at {@link org.tofro.notify.Notifier}; what is told is a {@link org.tofro.notify.RunMessage}. May depend on
 * {@code run}, {@code pipeline}, {@code report}, {@code settings}, {@code data} and the clients of its channels.
 */
@NullMarked
package org.tofro.notify;

import org.jspecify.annotations.NullMarked;
