/** What a user of Tofro writes: a step of one's own. It uses nothing that is not public. */
package org.example;
